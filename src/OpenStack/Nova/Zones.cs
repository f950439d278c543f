using System.Text.Json.Serialization;

namespace OpenStack.Nova;

public sealed record ZoneList([property: JsonPropertyName("availabilityZoneInfo")] IReadOnlyList<Zone> Zones);

/// <summary>An availability zone: hosts that stand or fall together.</summary>
public sealed record Zone(
    [property: JsonPropertyName("zoneName")] string Name,
    [property: JsonPropertyName("zoneState")] ZoneState State);

/// <param name="Available">A host of it takes instances.</param>
public sealed record ZoneState(bool Available);
