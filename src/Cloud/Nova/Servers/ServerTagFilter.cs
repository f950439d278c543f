using Cloud.Nova.Versions;

namespace Cloud.Nova.Servers;

/// <summary>The four filters by tags, since microversion 2.26: all of them, any of them, and the opposites.</summary>
internal static class ServerTagFilter
{
    public static IQueryable<InstanceRow> Apply(IQueryable<InstanceRow> instances, string name, string value, Microversion version)
    {
        if (!version.AtLeast(2, 26))
        {
            return instances;
        }

        var tags = value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return name switch
        {
            "tags" => tags.Aggregate(instances, (rest, tag) => rest.Where(i => i.Tags.Contains(tag))),
            "tags-any" => instances.Where(i => i.Tags.Any(t => tags.Contains(t))),
            "not-tags" => instances.Where(i => i.Tags.Count(t => tags.Contains(t)) < tags.Length),
            _ => instances.Where(i => !i.Tags.Any(t => tags.Contains(t))),
        };
    }
}
