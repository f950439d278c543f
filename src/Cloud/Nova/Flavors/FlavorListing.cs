using System.Globalization;
using Cloud.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Flavors;

/// <summary>One page of the list of flavors, as the query string asks for it.</summary>
internal sealed class FlavorListing(IQueryCollection query)
{
    public NovaPage Page { get; } = NovaPage.Of(query);

    public async Task<IReadOnlyList<FlavorRow>> ReadAsync(DbContext db, Caller caller, CancellationToken cancellationToken)
    {
        var flavors = Public(db.Set<FlavorRow>().AsNoTracking(), caller);
        if (Number("minRam") is { } ram)
        {
            flavors = flavors.Where(f => f.Ram >= ram);
        }

        if (Number("minDisk") is { } disk)
        {
            flavors = flavors.Where(f => f.Disk >= disk);
        }

        var ids = await Sorted(flavors).Select(f => f.Id).ToListAsync(cancellationToken);
        var page = Page.Cut(ids);
        var rows = await db.Set<FlavorRow>().AsNoTracking().Where(f => page.Contains(f.Id)).Include(f => f.Specs).ToDictionaryAsync(f => f.Id, cancellationToken);
        return [.. page.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    // nova: administrators choose by is_public (true, false or none for both), public ones being the default; others see what is offered to their project.
    private IQueryable<FlavorRow> Public(IQueryable<FlavorRow> flavors, Caller caller)
    {
        var choice = query["is_public"].LastOrDefault();
        if (!caller.IsAdmin)
        {
            return flavors.OfferedTo(caller.ProjectId);
        }

        return choice?.ToUpperInvariant() switch
        {
            null or "TRUE" or "T" or "1" or "YES" or "Y" or "ON" => flavors.OfferedTo(caller.ProjectId),
            "FALSE" or "F" or "0" or "NO" or "N" or "OFF" => flavors.Where(f => !f.IsPublic),
            "NONE" => flavors,
            _ => throw CloudFailure.Invalid($"Invalid is_public filter [{choice}]"),
        };
    }

    private IQueryable<FlavorRow> Sorted(IQueryable<FlavorRow> flavors)
    {
        var descending = query["sort_dir"].LastOrDefault() switch
        {
            null or "asc" => false,
            "desc" => true,
            _ => throw CloudFailure.Invalid("Unknown sort direction, must be one of asc, desc"),
        };
        return query["sort_key"].LastOrDefault() switch
        {
            null or "flavorid" or "id" => By(flavors, f => f.Id, descending),
            "name" => By(flavors, f => f.Name, descending),
            "memory_mb" => By(flavors, f => f.Ram, descending),
            "root_gb" => By(flavors, f => f.Disk, descending),
            "ephemeral_gb" => By(flavors, f => f.Ephemeral, descending),
            "swap" => By(flavors, f => f.Swap, descending),
            "vcpus" => By(flavors, f => f.Vcpus, descending),
            "rxtx_factor" => By(flavors, f => f.RxtxFactor, descending),
            "is_public" => By(flavors, f => f.IsPublic, descending),
            "description" => By(flavors, f => f.Description, descending),
            var key => throw CloudFailure.Invalid($"Invalid input for query parameters sort_key. Value: {key}. It is not a field of a flavor to sort by."),
        };
    }

    private static IQueryable<FlavorRow> By<TKey>(IQueryable<FlavorRow> flavors, System.Linq.Expressions.Expression<Func<FlavorRow, TKey>> key, bool descending) =>
        (descending ? flavors.OrderByDescending(key) : flavors.OrderBy(key)).ThenBy(f => f.Id);

    private int? Number(string name)
    {
        if (query[name].LastOrDefault() is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw CloudFailure.Invalid($"Invalid {name} filter [{text}]");
    }
}
