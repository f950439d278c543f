using System.Formats.Tar;
using System.Text.Json;
using OpenStack.Glance;

namespace Dashboard.Tests.Images;

/// <summary>Image records as Glance answers them.</summary>
internal static class TestImages
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    public const string Sha512 = "4f0c91aad310";
    public const string Id = "11111111-1111-1111-1111-111111111111";

    public static Image Docker(string name = "ingest", string? approval = null, string id = Id, string owner = "p1", string status = "active", params (string Name, string Value)[] properties)
    {
        var all = properties.ToDictionary(p => p.Name, p => JsonSerializer.SerializeToElement(p.Value));
        if (approval is not null)
        {
            all[Approval.State] = JsonSerializer.SerializeToElement(approval);
        }

        return new Image
        {
            Id = id,
            Name = name,
            Status = status,
            Owner = owner,
            ContainerFormat = "docker",
            DiskFormat = "raw",
            Visibility = "private",
            Size = 2048,
            OsHashAlgo = "sha512",
            OsHashValue = Sha512,
            CreatedAt = Now.AddHours(-5),
            UpdatedAt = Now.AddHours(-5),
            Properties = all,
        };
    }

    public static Image Approved(string name = "ingest", string id = Id, string owner = "p1", string sha512 = Sha512, params (string Name, string Value)[] properties) =>
        Docker(name, Approval.Approved, id, owner, properties: [(Approval.Sha512, sha512), (Approval.By, "dana"), (Approval.At, "2026-11-01T08:00:00Z"), .. properties]);

    /// <summary>A small tar, longer than one read of its first bytes.</summary>
    public static byte[] Tar()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = new MemoryStream(new byte[3000]) });
        }

        return bytes.ToArray();
    }
}
