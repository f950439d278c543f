using System.Linq.Expressions;
using Cloud.Http;
using Microsoft.AspNetCore.Http;

namespace Cloud.Glance.Images;

/// <summary>The order of a list: <c>sort=name:asc,size:desc</c>, or <c>sort_key</c> and <c>sort_dir</c>; newest first without them.</summary>
internal static class ImageSort
{
    private static readonly Dictionary<string, Expression<Func<ImageRow, object?>>> Keys = new()
    {
        ["id"] = i => i.Id,
        ["name"] = i => i.Name,
        ["status"] = i => i.Status,
        ["visibility"] = i => i.Visibility,
        ["owner"] = i => i.Owner,
        ["container_format"] = i => i.ContainerFormat,
        ["disk_format"] = i => i.DiskFormat,
        ["size"] = i => i.Size,
        ["min_ram"] = i => i.MinRam,
        ["min_disk"] = i => i.MinDisk,
        ["created_at"] = i => i.CreatedAt,
        ["updated_at"] = i => i.UpdatedAt,
    };

    public static IQueryable<ImageRow> Apply(IQueryable<ImageRow> images, IQueryCollection query)
    {
        var order = Read(query);
        // As Glance does: ties are broken so that a page never repeats or skips an image.
        foreach (var tie in (string[])["created_at", "id"])
        {
            if (!order.Exists(o => o.Key == tie))
            {
                order.Add((tie, order.Count == 0 || order[^1].Descending));
            }
        }

        IOrderedQueryable<ImageRow>? ordered = null;
        foreach (var (key, descending) in order)
        {
            var by = Keys[key];
            ordered = (ordered, descending) switch
            {
                (null, true) => images.OrderByDescending(by),
                (null, false) => images.OrderBy(by),
                (_, true) => ordered.ThenByDescending(by),
                (_, false) => ordered.ThenBy(by),
            };
        }

        return ordered!;
    }

    private static List<(string Key, bool Descending)> Read(IQueryCollection query)
    {
        var sort = query["sort"];
        string[] keys = [.. query["sort_key"].OfType<string>()];
        string[] directions = [.. query["sort_dir"].OfType<string>()];
        if (sort.Count == 0)
        {
            // The glance client repeats each key: only the first of a name counts.
            keys = [.. keys.Distinct()];
            if (directions.Length > 1 && directions.Length != keys.Length)
            {
                throw CloudFailure.Invalid("Number of sort dirs does not match the number of sort keys");
            }

            return [.. keys.Select((key, index) => (Known(key), Descending(directions.Length == 0 ? null : directions[directions.Length == 1 ? 0 : index])))];
        }

        if (keys.Length > 0 || directions.Length > 0)
        {
            throw CloudFailure.Invalid("Old and new sorting syntax cannot be combined");
        }

        return [.. sort.ToString().Split(',').Select(part => part.Trim().Split(':')).Select(parts => (Known(parts[0]), Descending(parts.Length > 1 ? parts[1] : null))).DistinctBy(o => o.Item1)];
    }

    private static string Known(string key) =>
        Keys.ContainsKey(key) ? key : throw CloudFailure.Invalid($"Unable to sort by '{key}'. Acceptable values are: {string.Join(", ", Keys.Keys.Order(StringComparer.Ordinal))}");

    private static bool Descending(string? direction) => direction switch
    {
        null or "desc" => true,
        "asc" => false,
        _ => throw CloudFailure.Invalid($"Invalid sort direction: {direction}. It must be asc or desc."),
    };
}
