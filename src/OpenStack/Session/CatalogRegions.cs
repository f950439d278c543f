using OpenStack.Keystone;

namespace OpenStack.Session;

/// <summary>The regions of a cloud, as a token's catalog knows them.</summary>
public static class CatalogRegions
{
    /// <summary>Those that have a compute service; where none has one, all.</summary>
    public static IReadOnlyList<string> Of(TokenBody body)
    {
        var compute = Named(body.Catalog.Where(s => s.Type == "compute"));
        return compute.Count > 0 ? compute : Named(body.Catalog);
    }

    private static List<string> Named(IEnumerable<CatalogEntry> services) =>
        [.. services.SelectMany(s => s.Endpoints).Where(e => e.Interface == "public").Select(e => e.RegionId ?? e.Region).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
}
