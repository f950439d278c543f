namespace OpenStack.Nova;

public sealed record AggregateList(IReadOnlyList<Aggregate> Aggregates);

/// <summary>Hosts that operators put together; one with an availability zone makes that zone.</summary>
public sealed record Aggregate
{
    public int Id { get; init; }
    public required string Name { get; init; }
    public string? AvailabilityZone { get; init; }
    public IReadOnlyList<string> Hosts { get => field ?? []; init; }
    public IReadOnlyDictionary<string, string> Metadata { get => field ?? new Dictionary<string, string>(); init; }
}
