using Dashboard.SignIn;
using MudBlazor;

namespace Dashboard.Layout;

/// <param name="Key">The keys that lead there: "g i".</param>
/// <param name="Service">The type of the service that it is about: a cloud without one has no such page.</param>
public sealed record ShellPage(string Href, string Label, string Icon, string Key, string? Service = null, bool ForAdministrators = false)
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
        new("/instances", "Instances", Icons.Material.Outlined.ViewInAr, "g i", "compute"),
        new("/images", "Images", Icons.Material.Outlined.Layers, "g m", "image"),
        new("/api-access", "API access", Icons.Material.Outlined.VpnKey, "g k"),
        new("/approvals", "Approvals", Icons.Material.Outlined.FactCheck, "g a", "image", ForAdministrators: true),
        new("/hosts", "Hosts & services", Icons.Material.Outlined.Dns, "g h", "compute", ForAdministrators: true),
    ];

    public static IEnumerable<ShellPage> For(DashboardSession session) =>
        All.Where(p => (session.IsAdministrator || !p.ForAdministrators) && (p.Service is null || session.OpenStack.Has(p.Service)));
}
