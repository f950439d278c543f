using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cloud.Http;
using Cloud.Nova.Versions;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Servers;

/// <summary>One page of the list of servers, as the query string asks for it.</summary>
internal sealed class ServerListing(IQueryCollection query, Caller caller, Microversion version, bool detailed)
{
    /// <returns>The page's instances, and the links to the next page if there may be one.</returns>
    public async Task<(IReadOnlyList<InstanceRow> Rows, JsonArray? Next)> ReadAsync(DbContext db, NovaLinks links, CancellationToken cancellationToken)
    {
        var page = NovaPage.Of(query);
        var ordered = ServerSort.Apply(new ServerFilters(query, caller, version).Apply(db.Set<InstanceRow>().AsNoTracking()), query, caller, version);
        var patterns = ServerPatterns.Read(query);
        var rows = page.Marker is null && patterns.Count == 0
            ? await ordered.Take(page.Limit).ToListAsync(cancellationToken)
            : await ReadByIdAsync(db, ordered, page, patterns, cancellationToken);
        return (rows, page.Next(links, detailed ? "/servers/detail" : "/servers", query, [.. rows.Select(r => r.Id)]));
    }

    // Ids and the texts that patterns look at: an exact place for the marker under any order, at a few bytes per instance.
    private static async Task<List<InstanceRow>> ReadByIdAsync(
        DbContext db, IQueryable<InstanceRow> ordered, NovaPage page, IReadOnlyList<(string Field, Regex Pattern)> patterns, CancellationToken cancellationToken)
    {
        var all = await ordered.Select(i => new { i.Id, i.Name, i.HostName, i.Addresses }).ToListAsync(cancellationToken);
        var ids = all.Where(i => patterns.All(p => p.Field switch
        {
            "name" => p.Pattern.IsMatch(i.Name),
            "hostname" => p.Pattern.IsMatch(i.HostName),
            _ => i.Addresses.Any(a => a.Address.Contains(':', StringComparison.Ordinal) == (p.Field == "ip6") && p.Pattern.IsMatch(a.Address)),
        })).Select(i => i.Id).ToList();
        var wanted = page.Cut(ids);
        var rows = await db.Set<InstanceRow>().AsNoTracking().Where(i => wanted.Contains(i.Id)).ToDictionaryAsync(i => i.Id, cancellationToken);
        return [.. wanted.Where(rows.ContainsKey).Select(id => rows[id])];
    }
}
