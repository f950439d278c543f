namespace OpenStack.Nova;

/// <summary>Lists of servers are answered in pages.</summary>
public static class ServerPages
{
    // The most that Nova gives at once, unless its operator says another number.
    private const int PageSize = 1000;

    /// <summary>Every page of them, the newest first.</summary>
    /// <param name="after">Begin after this one; null begins with the newest.</param>
    public static async Task<List<Server>> AllServersAsync(this INovaApi nova, bool? allTenants, string? after, CancellationToken cancellationToken)
    {
        var servers = new List<Server>();
        while (true)
        {
            var page = await nova.ListServersAsync(allTenants, after, PageSize, cancellationToken);
            servers.AddRange(page.Servers);
            if (page.IsLast)
            {
                return servers;
            }

            after = page.Servers[^1].Id;
        }
    }
}
