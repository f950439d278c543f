using System.Collections.Concurrent;
using System.Collections.Immutable;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>Whether a driver host tells changes by itself.</summary>
/// <param name="Live">False: Nova is asked again and again instead.</param>
/// <param name="HeardAt">When the driver host last spoke; null when it never did.</param>
/// <param name="Why">Why it is not live, in words.</param>
public sealed record HostLink(bool Live, DateTimeOffset? HeardAt = null, string? Why = null);

/// <summary>The links to all driver hosts, by the names of their compute hosts. Never changed, only replaced.</summary>
public sealed record HostLinks(ImmutableSortedDictionary<string, HostLink> ByHost)
{
    public static readonly HostLinks None = new(ImmutableSortedDictionary.Create<string, HostLink>(StringComparer.Ordinal));

    private static readonly HostLink Nobody = new(false);

    // Asked for every server that no driver host tells of, at each drawing; there are few of them: a circuit is in one project.
    private static readonly ConcurrentDictionary<(string Project, string Host), string> Ids = new();

    /// <summary>Hosts that have told nothing yet, or nothing that is still true.</summary>
    public static HostLinks Of(IEnumerable<(string Name, DateTimeOffset? HeardAt)> hosts) =>
        new(hosts.ToImmutableSortedDictionary(h => h.Name, h => new HostLink(false, h.HeardAt), StringComparer.Ordinal));

    public HostLink this[string host] => ByHost.GetValueOrDefault(host, Nobody);

    /// <summary>Each has told what it knows, or is known to be silent.</summary>
    public bool Told => ByHost.Values.All(l => l.Live || l.Why is not null);

    /// <summary>All as one: live when every one is.</summary>
    public HostLink Whole => ByHost.Count switch
    {
        0 => Nobody,
        1 => ByHost.Values.First(),
        _ when ByHost.Values.All(l => l.Live) => new(true, ByHost.Values.Min(l => l.HeardAt)),
        _ => new(false, ByHost.Values.Max(l => l.HeardAt), Why()),
    };

    /// <summary>The link to the host that has an instance.</summary>
    /// <param name="told">The host that told of it; null when none has.</param>
    public HostLink Of(Server server, string? told) =>
        told is not null ? this[told]
        : ByHost.Count == 1 ? Whole
        : HostOf(server) is { } host ? this[host] : Nobody;

    /// <summary>The one of these hosts that has the server by Nova's word; null when none of them has.</summary>
    public string? HostOf(Server server) =>
        server.HostId.Length == 0 ? null : ByHost.Keys.FirstOrDefault(h => Ids.GetOrAdd((server.TenantId, h), static key => ComputeHostId.Of(key.Project, key.Host)) == server.HostId);

    public HostLinks With(string host, HostLink link) => new(ByHost.SetItem(host, link));

    private string? Why()
    {
        var silent = ByHost.Where(l => l.Value is { Live: false, Why: not null }).Select(l => $"{l.Key}: {l.Value.Why}").ToArray();
        return silent.Length == 0 ? null : string.Join(' ', silent);
    }
}
