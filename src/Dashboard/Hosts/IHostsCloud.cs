using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Hosts;

/// <summary>What the page for administrators needs of Nova and of the driver host.</summary>
internal interface IHostsCloud
{
    Task<HostsFacts> GetAsync(CancellationToken cancellationToken);

    /// <summary>The same for pages that only mention it: null for who may not know.</summary>
    Task<HostsFacts?> TryGetAsync(CancellationToken cancellationToken);

    /// <summary>Who is affected when something happens to a compute host.</summary>
    Task<HostLoad> GetLoadAsync(string host, CancellationToken cancellationToken);

    /// <summary>What the scheduler goes by; what a cloud does not have, or keeps to itself, is missing.</summary>
    Task<Scheduling> GetSchedulingAsync(CancellationToken cancellationToken);

    /// <summary>Nova launches nothing more there.</summary>
    Task DisableAsync(string serviceId, string reason, CancellationToken cancellationToken);

    Task EnableAsync(string serviceId, CancellationToken cancellationToken);

    /// <summary>Has every host of the aggregate fetch the image ahead, so that its first instance there moves no bytes. Each does it in its own time.</summary>
    Task FetchAsync(Aggregate aggregate, string imageId, CancellationToken cancellationToken);

    /// <summary>Adds a driver host by its one-time code.</summary>
    /// <returns>The name of its compute host.</returns>
    /// <exception cref="Enrolment.HostEnrolmentException">Why not, in words.</exception>
    Task<string> AddAsync(Uri url, string code, CancellationToken cancellationToken);

    /// <summary>The dashboard speaks to that driver host no more.</summary>
    Task RemoveAsync(string hostId, CancellationToken cancellationToken);
}

/// <summary>One driver host as it was found.</summary>
/// <param name="Name">As Nova calls its compute host.</param>
/// <param name="Record">Null when the driver host is silent or refuses.</param>
/// <param name="Silent">Why, in words.</param>
/// <param name="Id">Its own id when it was added here; null for the one of the settings.</param>
internal sealed record HostSight(string Name, HostRecord? Record, string? Silent = null, string? Id = null);

internal sealed record HostsFacts(IReadOnlyList<ComputeService> Services, IReadOnlyList<HostSight> Hosts)
{
    /// <summary>What is on the hosts that are in trouble, by their names.</summary>
    public IReadOnlyDictionary<string, HostLoad> Affected { get; init; } = new Dictionary<string, HostLoad>();

    /// <summary>The services that take instances.</summary>
    public IEnumerable<ComputeService> Takers => Services.Where(s => s.Binary == Compute);

    public const string Compute = "nova-compute";
}
