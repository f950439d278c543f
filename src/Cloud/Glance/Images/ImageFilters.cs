using System.Globalization;
using System.Linq.Expressions;
using Cloud.Http;
using Microsoft.AspNetCore.Http;

namespace Cloud.Glance.Images;

/// <summary>The filters of the list of images. A name that Glance does not know is a custom property.</summary>
internal static class ImageFilters
{
    private static readonly HashSet<string> NotFilters = ["limit", "marker", "sort", "sort_key", "sort_dir"];

    public static IQueryable<ImageRow> Apply(IQueryable<ImageRow> images, IQueryCollection query, Caller caller)
    {
        images = ByVisibility(images, query, caller);
        var hidden = query.TryGetValue("os_hidden", out var asked) && Flag("os_hidden", asked[^1]!);
        images = images.Where(i => i.Hidden == hidden);
        foreach (var (name, values) in query)
        {
            if (NotFilters.Contains(name) || name is "os_hidden" or "visibility" or "member_status")
            {
                continue;
            }

            foreach (var value in values.OfType<string>())
            {
                images = One(images, name, value);
            }
        }

        return images;
    }

    private static IQueryable<ImageRow> One(IQueryable<ImageRow> images, string name, string value) => name switch
    {
        "id" => In(images, i => i.Id, value),
        "name" => In(images, i => i.Name, value),
        "status" => In(images, i => i.Status, value),
        "container_format" => In(images, i => i.ContainerFormat, value),
        "disk_format" => In(images, i => i.DiskFormat, value),
        "owner" => images.Where(i => i.Owner == value),
        "checksum" => images.Where(i => i.Md5 == value),
        "os_hash_value" => images.Where(i => i.Sha512 == value),
        "os_hash_algo" => images.Where(i => i.Sha512 != null && value == "sha512"),
        "tag" => images.Where(i => i.Tags.Any(t => t.Tag == value)),
        "protected" => ByFlag(images, Flag(name, value)),
        "size" or "size_min" or "size_max" or "min_ram" or "min_disk" => ByNumber(images, name, Number(name, value)),
        "created_at" => ByTime(images, i => i.CreatedAt, name, value),
        "updated_at" => ByTime(images, i => i.UpdatedAt, name, value),
        _ => images.Where(i => i.Properties.Any(p => p.Name == name && p.Value == value)),
    };

    private static IQueryable<ImageRow> ByFlag(IQueryable<ImageRow> images, bool isProtected) => images.Where(i => i.Protected == isProtected);

    private static IQueryable<ImageRow> ByNumber(IQueryable<ImageRow> images, string name, long number) => name switch
    {
        "size_min" => images.Where(i => i.Size >= number),
        "size_max" => images.Where(i => i.Size <= number),
        "min_ram" => images.Where(i => i.MinRam == number),
        "min_disk" => images.Where(i => i.MinDisk == number),
        _ => images.Where(i => i.Size == number),
    };

    private static IQueryable<ImageRow> ByVisibility(IQueryable<ImageRow> images, IQueryCollection query, Caller caller)
    {
        var project = caller.ProjectId;
        var asked = query["visibility"] is [.., { } last] ? last : "";
        var member = query["member_status"] is [.., { } status] ? status : ImageStates.MemberAccepted;
        if (member != "all" && !ImageStates.MemberStates.Contains(member))
        {
            throw CloudFailure.Invalid($"Invalid status: {member}. It must be one of {string.Join(", ", ImageStates.MemberStates)}, all.");
        }

        if (asked.Length > 0 && asked != "all")
        {
            images = ImageStates.Visibilities.Contains(asked)
                ? images.Where(i => i.Visibility == asked)
                : throw CloudFailure.Invalid($"Invalid visibility value: {asked}. It must be one of {string.Join(", ", ImageStates.Visibilities)}, all.");
        }
        else if (asked.Length == 0 && !caller.SeesAll())
        {
            // Other projects' community images show only when they are asked for.
            images = images.Where(i => i.Visibility != ImageStates.Community || i.Owner == project);
        }

        return caller.SeesAll() || member == "all"
            ? images
            : images.Where(i => i.Visibility != ImageStates.Shared || i.Owner == project || i.Members.Any(m => m.ProjectId == project && m.Status == member));
    }

    // "in:a,b" or one value; quotes allow commas in a value.
    private static IQueryable<ImageRow> In(IQueryable<ImageRow> images, Expression<Func<ImageRow, string?>> member, string value)
    {
        string[] values = value.StartsWith("in:", StringComparison.Ordinal) ? [.. Split(value[3..])] : [value.StartsWith("eq:", StringComparison.Ordinal) ? value[3..] : value];
        var contains = Expression.Call(typeof(Enumerable), nameof(Enumerable.Contains), [typeof(string)], Expression.Constant(values), member.Body);
        return images.Where(Expression.Lambda<Func<ImageRow, bool>>(contains, member.Parameters));
    }

    private static List<string> Split(string list)
    {
        List<string> parts = [];
        var part = new System.Text.StringBuilder();
        var quoted = false;
        foreach (var character in list)
        {
            if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == ',' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(character);
            }
        }

        parts.Add(part.ToString());
        return quoted ? throw CloudFailure.Invalid($"A quote is not closed in the filter '{list}'.") : parts;
    }

    private static IQueryable<ImageRow> ByTime(IQueryable<ImageRow> images, Expression<Func<ImageRow, DateTime>> member, string name, string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        var word = colon < 0 ? "" : value[..colon];
        var known = word is "gt" or "gte" or "lt" or "lte" or "eq" or "neq";
        var text = known ? value[(colon + 1)..] : value;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
        {
            throw CloudFailure.Invalid($"'{value}' is not a time: {name}. Write for example gt:2026-01-31T00:00:00Z.");
        }

        // Callers know times to the second; the books know them better.
        var second = Expression.Constant(parsed.UtcDateTime);
        var next = Expression.Constant(parsed.UtcDateTime.AddSeconds(1));
        var at = member.Body;
        Expression test = word switch
        {
            "gt" => Expression.GreaterThanOrEqual(at, next),
            "gte" => Expression.GreaterThanOrEqual(at, second),
            "lt" => Expression.LessThan(at, second),
            "lte" => Expression.LessThan(at, next),
            "neq" => Expression.OrElse(Expression.LessThan(at, second), Expression.GreaterThanOrEqual(at, next)),
            _ => Expression.AndAlso(Expression.GreaterThanOrEqual(at, second), Expression.LessThan(at, next)),
        };
        return images.Where(Expression.Lambda<Func<ImageRow, bool>>(test, member.Parameters));
    }

    private static long Number(string name, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw CloudFailure.Invalid($"Invalid filter value '{value}' for {name}: it must be a whole number, 0 or greater.");

    private static bool Flag(string name, string value) => value.ToUpperInvariant() switch
    {
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => throw CloudFailure.Invalid($"Invalid filter value '{value}' for {name}: it must be true or false."),
    };
}
