using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components;

/// <summary>
/// Tells the browser under which lasting name each of our modules is served: what it has once, it need not ask for again. It stands in the document itself, so the
/// document's policy names its hash.
/// </summary>
internal sealed class ModuleMap(ResourceAssetCollection assets)
{
    public ImportMapDefinition Definition { get; } = new(Modules(assets).ToDictionary(m => $"./{m.Name}", m => $"./{m.Url}"), null, null);

    /// <summary>SHA-256 of what stands between the script's tags, in base 64.</summary>
    public string Hash => field ??= Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Definition.ToString())));

    private static IEnumerable<(string Name, string Url)> Modules(ResourceAssetCollection assets) =>
        from asset in assets
        let name = asset.Properties?.FirstOrDefault(p => p.Name == "label")?.Value
        where name is not null && name.StartsWith("js/", StringComparison.Ordinal) && name.EndsWith(".js", StringComparison.Ordinal)
        orderby name
        select (name, asset.Url);
}

/// <summary>Makes the map once: the framework gives every document the same assets.</summary>
internal sealed class ModuleMaps
{
    private readonly ConditionalWeakTable<ResourceAssetCollection, ModuleMap> _maps = [];

    public ModuleMap Of(ResourceAssetCollection assets) => _maps.GetValue(assets, static a => new ModuleMap(a));
}
