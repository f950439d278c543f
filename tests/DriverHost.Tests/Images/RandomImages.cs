using System.Formats.Tar;
using DriverHost.Images;

namespace DriverHost.Tests.Images;

/// <summary>Sound images of any shape, the same for the same seed.</summary>
internal static class RandomImages
{
    public static ArchiveImage Make(Random random) => new()
    {
        Tag = random.Next(3) == 0 ? null : $"random-{random.Next()}:latest",
        Command = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Word(random))],
        Entrypoint = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Word(random))],
        Environment = [.. Enumerable.Range(0, random.Next(4)).Select(i => $"V{i}={Word(random)}")],
        User = random.Next(3) switch { 0 => "", 1 => "1000:1000", _ => "nobody" },
        WorkingDirectory = random.Next(2) == 0 ? "" : $"/{random.Next()}",
        Ports = random.Next(2) == 0 ? [] : ["80/tcp", "53/udp"],
        Volumes = random.Next(2) == 0 ? [] : ["/data"],
        Labels = random.Next(2) == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["openstack.owner"] = Word(random) },
        Layers = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Layer(random))],
    };

    /// <summary>What the layers must be on any engine.</summary>
    public static IEnumerable<string> DiffIds(ArchiveImage image)
    {
        using var archive = new MemoryStream();
        DockerArchiveWriter.Write(archive, image);
        archive.Position = 0;
        using var tar = new TarReader(archive);
        var digests = new Dictionary<string, string>();
        string? manifest = null;
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            digests[entry.Name] = RawArchive.Digest(content.ToArray());
            manifest = entry.Name == "manifest.json" ? System.Text.Encoding.UTF8.GetString(content.ToArray()) : manifest;
        }

        using var parsed = System.Text.Json.JsonDocument.Parse(manifest!);
        return [.. parsed.RootElement[0].GetProperty("Layers").EnumerateArray().Select(l => digests[l.GetString()!])];
    }

    private static ArchiveLayer Layer(Random random)
    {
        var files = new List<ArchiveFile>();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            var name = $"f{random.Next(1000)}-{i}";
            files.Add(random.Next(5) switch
            {
                0 => ArchiveFile.Folder(name),
                1 => ArchiveFile.Link(name, "/elsewhere"),
                2 => ArchiveFile.Of(name, Bytes(random, 0), "4755"),
                _ => ArchiveFile.Of(name, Bytes(random, random.Next(20_000))),
            });
        }

        return new ArchiveLayer(files, Word(random));
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Word(Random random) => random.Next(6) switch
    {
        0 => "",
        1 => "with space",
        2 => "<b>&\"'",
        3 => "ünïcödé",
        _ => $"w{random.Next()}",
    };
}
