namespace Cloud.Tests.Tenancy;

/// <summary>
/// What a route of the cloud answers to those who have no business there. <c>{…}</c> in a path stand for things of the owner's project,
/// see <see cref="Household"/>.
/// </summary>
/// <param name="Route">As in <c>GET /compute/v2.1/servers/{id}</c>: the method and the route's own pattern.</param>
/// <param name="Stranger">A member of another project; null where everybody acts in the project of their own token.</param>
/// <param name="Reader">A reader in the owner's project.</param>
internal sealed record RouteRule(string Route, int? Stranger, int Reader)
{
    /// <summary>JSON, valid enough that only the caller can be what is wrong.</summary>
    public string? Body { get; init; }

    /// <summary>The compute API's microversion: some routes ended before the newest.</summary>
    public string Version { get; init; } = "2.93";

    public string Method => Route.Split(' ')[0];
    public string Path => Route.Split(' ')[1];
    public bool Changes => Method is not ("GET" or "HEAD");

    public override string ToString() => Route;
}
