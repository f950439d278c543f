using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace DriverHost.Tests.StandIns;

/// <summary>One image of <see cref="GlanceStandIn"/>. A test may set what a real Glance would keep apart: the record and the bytes.</summary>
internal sealed class ImageStandIn
{
    public required string Id { get; init; }
    public string Name { get; init; } = "image";
    public string Owner { get; init; } = "images";
    public string Visibility { get; init; } = "public";
    public string Status { get; set; } = "queued";
    /// <summary>Null, with the disk format, where Nova made the record for a snapshot.</summary>
    public string? ContainerFormat { get; init; } = "docker";
    /// <summary>As the record says it.</summary>
    public long? Size { get; set; }
    public string? Sha512 { get; set; }
    public ConcurrentDictionary<string, string> Properties { get; } = new();
    /// <summary>Where the bytes lie; null while there are none.</summary>
    public string? File { get; set; }
    public int Downloads { get; set; }

    /// <summary>Called before its upload is read; may wait or throw.</summary>
    public Func<Task>? BeforeUpload { get; set; }

    /// <summary>Called before its bytes are sent; may wait.</summary>
    public Func<Task>? BeforeDownload { get; set; }

    /// <summary>Called before its properties are changed; may throw.</summary>
    public Func<JsonArray, Task>? BeforePatch { get; set; }

    public string? Approval => Properties.GetValueOrDefault(OpenStack.Glance.Approval.State);

    public void Approve(string state = OpenStack.Glance.Approval.Approved)
    {
        Properties[OpenStack.Glance.Approval.State] = state;
        Properties[OpenStack.Glance.Approval.Sha512] = Sha512!;
    }

    public JsonObject View()
    {
        var view = new JsonObject
        {
            ["id"] = Id,
            ["name"] = Name,
            ["owner"] = Owner,
            ["visibility"] = Visibility,
            ["status"] = Status,
            ["container_format"] = ContainerFormat,
            ["disk_format"] = ContainerFormat is null ? null : "raw",
            ["size"] = Size,
            ["os_hash_algo"] = Sha512 is null ? null : "sha512",
            ["os_hash_value"] = Sha512,
            ["created_at"] = "2026-01-02T03:04:05Z",
            ["updated_at"] = "2026-01-02T03:04:05Z",
        };
        foreach (var (name, value) in Properties)
        {
            view[name] = value;
        }

        return view;
    }
}
