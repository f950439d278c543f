namespace OpenStack.Nova;

public sealed record ServiceList(IReadOnlyList<ComputeService> Services);

public sealed record ComputeService
{
    public required string Id { get; init; }
    public required string Binary { get; init; }
    public required string Host { get; init; }
    public string? Zone { get; init; }
    /// <summary>enabled or disabled: what an operator decided.</summary>
    public required string Status { get; init; }
    /// <summary>up or down: what the service says of itself.</summary>
    public required string State { get; init; }
    public DateTime? UpdatedAt { get; init; }
    public string? DisabledReason { get; init; }
}

public sealed record UpdateService(string? Status = null, string? DisabledReason = null);
public sealed record ServiceAnswer(ComputeService Service);

public sealed record HypervisorList(IReadOnlyList<Hypervisor> Hypervisors);

/// <summary>A hypervisor since microversion 2.88: usage moved to placement.</summary>
public sealed record Hypervisor
{
    public required string Id { get; init; }
    public required string HypervisorHostname { get; init; }
    public string? HypervisorType { get; init; }
    public int HypervisorVersion { get; init; }
    public string? HostIp { get; init; }
    public string? State { get; init; }
    public string? Status { get; init; }
    public string? Uptime { get; init; }
}
