using MudBlazor;

namespace Dashboard.Layout;

/// <param name="Key">The keys that lead there: "g i".</param>
public sealed record ShellPage(string Href, string Label, string Icon, string Key, bool ForAdministrators = false)
{
    /// <summary>As people read it: "G I".</summary>
    public string KeyWords => Key.ToUpperInvariant();
}

/// <summary>The pages that menu, palette and keys lead to.</summary>
internal static class ShellPages
{
    public static readonly IReadOnlyList<ShellPage> All =
    [
        new("/", "Overview", Icons.Material.Outlined.SpaceDashboard, "g o"),
        new("/instances", "Instances", Icons.Material.Outlined.ViewInAr, "g i"),
        new("/images", "Images", Icons.Material.Outlined.Layers, "g m"),
        new("/api-access", "API access", Icons.Material.Outlined.VpnKey, "g k"),
        new("/approvals", "Approvals", Icons.Material.Outlined.FactCheck, "g a", ForAdministrators: true),
        new("/hosts", "Hosts & services", Icons.Material.Outlined.Dns, "g h", ForAdministrators: true),
    ];

    public static IEnumerable<ShellPage> For(bool administrator) => All.Where(p => administrator || !p.ForAdministrators);
}
