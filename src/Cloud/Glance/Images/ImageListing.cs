using System.Globalization;
using Cloud.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Glance.Images;

/// <summary>One page of the list of images, as the query string asks for it.</summary>
internal sealed class ImageListing(IQueryCollection query)
{
    private const int DefaultLimit = 25;
    private const int MaximumLimit = 1000;

    /// <returns>The page's images, and the marker of the next page if there is one.</returns>
    public async Task<(IReadOnlyList<ImageRow> Images, string? Next)> ReadAsync(DbContext db, Caller caller, CancellationToken cancellationToken)
    {
        var limit = Limit();
        var filtered = ImageFilters.Apply(db.Set<ImageRow>().AsNoTracking().VisibleTo(caller), query, caller);
        // Ids alone: an exact place for the marker under any order, at a few bytes per image.
        var ids = await ImageSort.Apply(filtered, query).Select(i => i.Id).ToListAsync(cancellationToken);
        var start = 0;
        if (Marker() is { } marker)
        {
            start = ids.IndexOf(marker) + 1;
            if (start == 0)
            {
                throw CloudFailure.Invalid($"Marker {marker} could not be found among the images that the filters select.");
            }
        }

        var page = ids.Skip(start).Take(limit).ToList();
        var rows = await db.Set<ImageRow>().AsNoTracking().Where(i => page.Contains(i.Id)).Include(i => i.Properties).Include(i => i.Tags).AsSplitQuery().ToDictionaryAsync(i => i.Id, cancellationToken);
        var next = page.Count > 0 && start + page.Count < ids.Count ? page[^1] : null;
        return ([.. page.Where(rows.ContainsKey).Select(id => rows[id])], next);
    }

    private string? Marker() => query.TryGetValue("marker", out var marker) && marker[^1] is { Length: > 0 } id ? id : null;

    private int Limit()
    {
        if (!query.TryGetValue("limit", out var text) || text.Count == 0)
        {
            return DefaultLimit;
        }

        return int.TryParse(text[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? Math.Min(limit, MaximumLimit)
            : throw CloudFailure.Invalid("limit param must be a whole number, 0 or greater.");
    }
}
