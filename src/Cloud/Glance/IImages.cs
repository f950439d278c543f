using Cloud.Http;

namespace Cloud.Glance;

/// <summary>What the other services of the cloud may ask of Glance without going through its door.</summary>
internal interface IImages
{
    /// <summary>Finds an image that the caller may see: own, public, community, or shared with the caller's project.</summary>
    /// <returns>Null when there is none, or it is not the caller's to see.</returns>
    ValueTask<ImageFacts?> FindAsync(Caller caller, string id, CancellationToken cancellationToken);

    /// <summary>Makes the private image, in state <c>queued</c>, that takes a snapshot's bytes. Its owner is the instance's project.</summary>
    /// <exception cref="CloudFailure">The properties are not allowed, or the quota is used up.</exception>
    Task<ImageFacts> CreateQueuedSnapshotAsync(Caller caller, SnapshotImage snapshot, CancellationToken cancellationToken);

    /// <summary>Deletes the image of a snapshot that failed. One that became active meanwhile, or is gone, is left alone.</summary>
    Task DeleteFailedSnapshotAsync(string id, CancellationToken cancellationToken);
}

/// <summary>An image as much as Nova needs to know it. Units: size in bytes, memory in MiB, disk in GiB.</summary>
internal sealed record ImageFacts
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    /// <summary>queued, saving, active, deactivated …</summary>
    public required string Status { get; init; }
    public required string? ContainerFormat { get; init; }
    public required string? DiskFormat { get; init; }
    public required long? Size { get; init; }
    public required int MinRam { get; init; }
    public required int MinDisk { get; init; }
    public required string? Owner { get; init; }
    /// <summary>The state of <see cref="OpenStack.Glance.Approval"/>; null when the image bears none.</summary>
    public required string? Approval { get; init; }
    /// <summary>The property <c>os_command_line</c>: what to run instead of the image's own command.</summary>
    public string? CommandLine { get; init; }
    /// <summary>When the approval ends; null when it does not.</summary>
    public DateTimeOffset? ApprovalExpires { get; init; }
}

/// <param name="ProjectId">The instance's project: it owns the image.</param>
/// <param name="Properties">Custom properties: <c>image_type</c>, <c>instance_uuid</c>, <c>base_image_ref</c>, and those that the caller gave.</param>
internal sealed record SnapshotImage(string Name, string ProjectId, int MinRam, int MinDisk, IReadOnlyDictionary<string, string> Properties);
