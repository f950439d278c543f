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

/// <summary>The body of <c>POST /os-aggregates/{id}/images</c>, microversion 2.81: images that every host of the aggregate is to fetch ahead.</summary>
public sealed record CacheImages(IReadOnlyList<ImageToCache> Cache);

public sealed record ImageToCache(string Id);
