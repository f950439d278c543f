using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenStack.Glance;

/// <summary>A Glance v2 image record. Custom properties, the approval's among them, are in <see cref="Properties"/>.</summary>
public sealed record Image
{
    public required string Id { get; init; }
    public string? Name { get; init; }
    /// <summary>queued, saving, active, deactivated, killed, deleted, pending_delete, importing, uploading.</summary>
    public required string Status { get; init; }
    public string? Visibility { get; init; }
    public string? Owner { get; init; }
    public string? ContainerFormat { get; init; }
    public string? DiskFormat { get; init; }
    /// <summary>Bytes.</summary>
    public long? Size { get; init; }
    public string? Checksum { get; init; }
    public string? OsHashAlgo { get; init; }
    public string? OsHashValue { get; init; }
    public int MinRam { get; init; }
    public int MinDisk { get; init; }
    public bool Protected { get; init; }
    public IReadOnlyList<string> Tags { get => field ?? []; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    // Settable, not init: the generated reader can't fill extension data through a constructor.
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Properties { get; set; } = new Dictionary<string, JsonElement>();

    /// <summary>A custom property as text; null when the image has none of that name.</summary>
    public string? Property(string name) => Properties.TryGetValue(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.ToString() : null;

    [JsonIgnore]
    public bool IsDocker => ContainerFormat == "docker";
}

public sealed record ImageList(IReadOnlyList<Image> Images, string? Next = null);

/// <summary>The body of <c>POST /v2/images</c>.</summary>
public sealed record CreateImage
{
    public required string Name { get; init; }
    public string ContainerFormat { get; init; } = "docker";
    public string DiskFormat { get; init; } = "raw";
    public string? Visibility { get; init; }
    public int? MinRam { get; init; }
    public int? MinDisk { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Properties { get; set; }
}

/// <summary>One operation of an image's JSON patch: <c>add</c>, <c>replace</c> or <c>remove</c> of <c>/name</c>.</summary>
public sealed record ImagePatch(string Op, string Path, string? Value = null);
