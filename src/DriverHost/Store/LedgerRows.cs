namespace DriverHost.Store;

/// <summary>How far an instance came. The engine says the rest.</summary>
internal enum InstancePhase
{
    /// <summary>A spawn began and did not end yet.</summary>
    Spawning = 0,
    /// <summary>The container was made and started once.</summary>
    Made = 1,
    /// <summary>The spawn failed and was undone.</summary>
    Failed = 2,
    /// <summary>A delete began and did not end yet.</summary>
    Deleting = 3,
}

internal sealed record InstanceRow
{
    public required string Id { get; init; }
    public required string ProjectId { get; init; }
    public required string UserId { get; init; }
    /// <summary>The spec as it was asked for, as JSON.</summary>
    public required string Spec { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public InstancePhase Phase { get; init; }
    /// <summary>False after a stop that somebody asked for, until the next start: tells it from a process that ended by itself.</summary>
    public bool WantedRunning { get; init; }
    public string? ContainerId { get; init; }
    /// <summary>The operation that runs now; left over only by a crash of the driver host.</summary>
    public string? Operation { get; init; }
    public string? FaultCode { get; init; }
    public string? FaultMessage { get; init; }
    public DateTimeOffset? FaultAt { get; init; }
}

/// <summary>A Glance image whose content was verified and loaded into the engine under our own tag.</summary>
internal sealed class LoadedImageRow
{
    public required string ImageId { get; init; }
    public required string Sha512 { get; init; }
    public required string Reference { get; init; }
    /// <summary>Digest of the config inside the archive, before it was reduced.</summary>
    public required string ConfigDigest { get; init; }
    /// <summary>The verified layers, as JSON: compared with the engine's before each use.</summary>
    public required string DiffIds { get; init; }
    /// <summary>When it was last loaded or taken for an instance, to the hour.</summary>
    public required DateTimeOffset UsedAt { get; init; }
}

/// <summary>A snapshot that this driver host took itself: the proof behind <c>managed</c>.</summary>
internal sealed record SnapshotRow
{
    public required string ImageId { get; init; }
    /// <summary>Of the archive; empty while it is on its way to Glance.</summary>
    public string Sha512 { get; init; } = "";
    /// <summary>Digest of the config inside the archive; empty like the sha512.</summary>
    public string ConfigDigest { get; init; } = "";
    /// <summary>Glance has it all. What a crash leaves without this is settled at the next start.</summary>
    public bool Finished { get; init; }
    public required string ParentImageId { get; init; }
    public required string ProjectId { get; init; }
    public required string InstanceId { get; init; }
    public required DateTimeOffset TakenAt { get; init; }
}
