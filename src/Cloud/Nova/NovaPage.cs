using System.Globalization;
using System.Text.Json.Nodes;
using Cloud.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Cloud.Nova;

/// <summary>Which part of a list a request asks for by <c>limit</c> and <c>marker</c>.</summary>
internal sealed record NovaPage
{
    public const int MaximumLimit = 1000;

    /// <summary>How many at most.</summary>
    public required int Limit { get; init; }

    /// <summary>The id of the last item of the page before; null for the first page.</summary>
    public string? Marker { get; init; }

    public static NovaPage Of(IQueryCollection query)
    {
        var limit = MaximumLimit;
        if (query["limit"].LastOrDefault() is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit))
        {
            throw CloudFailure.Invalid($"Invalid input for query parameters limit. Value: {text}. It must be a whole number, 0 or greater.");
        }

        // nova: no limit and a limit of 0 both mean the largest page.
        return new NovaPage { Limit = limit is 0 or > MaximumLimit ? MaximumLimit : limit, Marker = query["marker"].LastOrDefault() is { Length: > 0 } marker ? marker : null };
    }

    /// <summary>Cuts the page out of ids in their order; a marker that is not among them is refused.</summary>
    public IReadOnlyList<string> Cut(IReadOnlyList<string> ids)
    {
        var start = 0;
        if (Marker is not null)
        {
            start = ids.ToList().IndexOf(Marker) + 1;
            if (start == 0)
            {
                throw CloudFailure.Invalid($"marker [{Marker}] not found");
            }
        }

        return [.. ids.Skip(start).Take(Limit)];
    }

    /// <summary>nova: a full page has a link to the next, even when that one turns out empty.</summary>
    /// <param name="path">Below <c>/compute/v2.1</c>.</param>
    public JsonArray? Next(NovaLinks links, string path, IQueryCollection query, IReadOnlyList<string> page)
    {
        if (page.Count < Limit)
        {
            return null;
        }

        var builder = new QueryBuilder(query.Where(q => q.Key != "marker").SelectMany(q => q.Value.OfType<string>().Select(value => KeyValuePair.Create(q.Key, value)))) { { "marker", page[^1] } };
        return new JsonArray(new JsonObject { ["rel"] = "next", ["href"] = links.Address(path) + builder });
    }
}
