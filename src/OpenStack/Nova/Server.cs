using System.Text.Json.Serialization;

namespace OpenStack.Nova;

/// <summary>A server of <c>GET /servers/detail</c>, microversion 2.93.</summary>
public sealed record Server
{
    public required string Id { get; init; }
    [JsonPropertyName("OS-EXT-AZ:availability_zone")] public string? AvailabilityZone { get; init; }
    public required string Name { get; init; }
    /// <summary>ACTIVE, BUILD, SHUTOFF, PAUSED, ERROR, REBOOT, DELETED … (API guide, "Server concepts").</summary>
    public required string Status { get; init; }
    public required string TenantId { get; init; }
    public required string UserId { get; init; }
    public DateTimeOffset Created { get; init; }
    public DateTimeOffset Updated { get; init; }
    public ServerFlavor? Flavor { get; init; }
    /// <summary>Null or an empty string on the wire when the server has no image.</summary>
    [JsonConverter(typeof(ServerImageConverter))]
    public ServerImage? Image { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<ServerAddress>> Addresses { get => field ?? new Dictionary<string, IReadOnlyList<ServerAddress>>(); init; }
    public IReadOnlyDictionary<string, string> Metadata { get => field ?? new Dictionary<string, string>(); init; }
    public ServerFault? Fault { get; init; }
    public string? KeyName { get; init; }
    public string? Description { get; init; }
    public bool Locked { get; init; }
    public string? LockedReason { get; init; }
    public IReadOnlyList<string> Tags { get => field ?? []; init; }
    public string? HostStatus { get; init; }
    /// <summary>The same for all servers of a project on one compute host (see <see cref="ComputeHostId"/>); empty before one is chosen.</summary>
    [JsonPropertyName("hostId")] public string HostId { get => field ?? ""; init; }
    [JsonPropertyName("OS-EXT-STS:vm_state")] public string? VmState { get; init; }
    [JsonPropertyName("OS-EXT-STS:task_state")] public string? TaskState { get; init; }
    [JsonPropertyName("OS-EXT-STS:power_state")] public int PowerState { get; init; }
    /// <summary>Administrators only.</summary>
    [JsonPropertyName("OS-EXT-SRV-ATTR:host")] public string? Host { get; init; }
    [JsonPropertyName("OS-SRV-USG:launched_at")] public DateTime? LaunchedAt { get; init; }
}

/// <summary>The flavor as embedded since microversion 2.47: its values, no id.</summary>
public sealed record ServerFlavor
{
    public string? OriginalName { get; init; }
    public int Vcpus { get; init; }
    /// <summary>MiB.</summary>
    public int Ram { get; init; }
    /// <summary>GiB.</summary>
    public int Disk { get; init; }
    public IReadOnlyDictionary<string, string> ExtraSpecs { get => field ?? new Dictionary<string, string>(); init; }
}

public sealed record ServerImage(string Id);
public sealed record ServerAddress([property: JsonPropertyName("addr")] string Address, int Version, [property: JsonPropertyName("OS-EXT-IPS:type")] string? Type = null, [property: JsonPropertyName("OS-EXT-IPS-MAC:mac_addr")] string? Mac = null);
public sealed record ServerFault(int Code, string Message, DateTimeOffset? Created = null, string? Details = null);

/// <param name="ServersLinks">Null on the last page. How many a page may have at most is an operator's choice.</param>
public sealed record ServerList(IReadOnlyList<Server> Servers, IReadOnlyList<ServerLink>? ServersLinks = null)
{
    [JsonIgnore]
    public bool IsLast => ServersLinks is null or [] || Servers is [];
}

public sealed record ServerLink(string Rel, string Href);
public sealed record ServerAnswer(Server Server);
