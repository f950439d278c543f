using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>All that is known of one instance: Nova's record, the driver host's word, and what was asked of it from here.</summary>
/// <param name="Host">Null when no driver host of ours has it.</param>
/// <param name="Asked">Set from the click until somebody answers for it.</param>
/// <param name="Snapshot">The last snapshot that was asked for from here.</param>
/// <param name="HostName">The driver host that told of it, by the name of its compute host.</param>
public sealed record InstanceFacts(Server Server, HostInstance? Host = null, AskedAction? Asked = null, SnapshotProgress? Snapshot = null, string? HostName = null)
{
    public string Id => Server.Id;
}

/// <param name="State">The state it had when it was asked.</param>
public sealed record AskedAction(InstanceAction Action, DateTimeOffset At, InstanceState? State, string Status);

/// <summary>A snapshot on its way into Glance.</summary>
public sealed record SnapshotProgress(string ImageId, string Name, DateTimeOffset At, SnapshotEnd End = SnapshotEnd.NotYet, string? Failure = null);

public enum SnapshotEnd
{
    NotYet,
    Ready,
    Failed,
}
