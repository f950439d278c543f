using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>All that is known of one instance: Nova's record, the driver host's word, and what was asked of it from here.</summary>
/// <param name="Host">Null when no driver host of ours has it.</param>
/// <param name="Asked">Set from the click until somebody answers for it.</param>
/// <param name="Snapshot">The last snapshot that was asked for from here.</param>
public sealed record InstanceFacts(Server Server, HostInstance? Host = null, AskedAction? Asked = null, SnapshotProgress? Snapshot = null)
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

/// <summary>Whether the driver host tells changes by itself.</summary>
/// <param name="Live">False: Nova is asked again and again instead.</param>
/// <param name="HeardAt">When the driver host last spoke; null when it never did.</param>
/// <param name="Why">Why it is not live, in words.</param>
public sealed record HostLink(bool Live, DateTimeOffset? HeardAt = null, string? Why = null);
