namespace DriverHost.Client;

/// <summary>A port of Neutron's as an instance is to have it. The body of <c>PUT /v1/instances/{id}/ports/{port}</c>.</summary>
public sealed record PortSpec
{
    /// <summary>Neutron's id of the port. Its interface on the host is named after it, as Neutron's agents expect.</summary>
    public required string Id { get; init; }
    /// <summary>The bridge of its network on the host, made where it is missing: Neutron's Linux bridge agent leaves that, and who is on it, to Nova.</summary>
    public required string Bridge { get; init; }
    public required string Mac { get; init; }
    public required int Mtu { get; init; }
    /// <summary>At most one of each kind, with its prefix: <c>10.0.0.5/24</c>.</summary>
    public IReadOnlyList<string> Addresses { get => field ?? []; init; }
    /// <summary>The default routes: at most one of each kind.</summary>
    public IReadOnlyList<string> Gateways { get => field ?? []; init; }
    public IReadOnlyList<PortRoute> Routes { get => field ?? []; init; }
    /// <summary>The name servers of its subnets.</summary>
    public IReadOnlyList<string> Dns { get => field ?? []; init; }
}

/// <param name="Made">The link is new, so Neutron's agent will wire it and tell Nova; false when it was there, wired, already.</param>
public sealed record PluggedPort(bool Made);

/// <param name="Destination">A network: <c>10.50.0.0/16</c>.</param>
/// <param name="NextHop">Null for a network on the link itself.</param>
public sealed record PortRoute(string Destination, string? NextHop);
