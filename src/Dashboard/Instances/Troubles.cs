using Dashboard.Components;
using Dashboard.Hosts;

namespace Dashboard.Instances;

/// <summary>Finds what needs a look: for the strip above the list, and once for screen readers when it is new.</summary>
internal sealed class Troubles
{
    private HashSet<string>? _known;

    /// <summary>Worst first: errors, then what was killed or ended badly, then what nobody knows.</summary>
    public static IReadOnlyList<Attention> Strip(IEnumerable<InstanceView> views) =>
    [
        .. views.Where(v => v.Standing.Group == StateGroup.Look)
            .OrderBy(v => v.Standing.Kind switch { StateKind.Error => 0, StateKind.Failed => 1, _ => 2 })
            .ThenByDescending(v => v.Standing.Since ?? DateTimeOffset.MinValue)
            .Select(v => new Attention(v.Standing.Kind, $"{v.Name}: {Lower(v.Standing.Word)}", v.Standing.Detail is null ? null : $"· {v.Standing.Detail}", Action(v), Href(v))),
    ];

    /// <summary>Of several hosts those that are silent, each with the instances that it has. Of a single one the page says it beside the list.</summary>
    public static IReadOnlyList<Attention> Hosts(LiveState state, IReadOnlyList<InstanceView> views)
    {
        if (state.Links.ByHost.Count < 2)
        {
            return [];
        }

        var silent = state.Links.ByHost.Where(l => l.Value is { Live: false, Why: not null }).Select(l => (Host: l.Key, Names: Names(state, views, l.Key)));
        return [.. silent.Where(s => s.Names.Count > 0).Select(s => new Attention(
            StateKind.Unknown, $"No word from the driver host on {s.Host}.", $"{new HostLoad(s.Names.Count, s.Names).Words} Until it is back, Nova's word stands here."))];
    }

    private static List<string> Names(LiveState state, IReadOnlyList<InstanceView> views, string host) =>
        [.. views.Where(v => (v.Facts.HostName ?? state.Links.HostOf(v.Facts.Server)) == host).Select(v => v.Name).Order(StringComparer.OrdinalIgnoreCase)];

    /// <returns>Null when nothing is new.</returns>
    public string? New(IEnumerable<InstanceView> views)
    {
        var troubled = views.Where(v => v.Standing.Group == StateGroup.Look).ToList();
        var before = _known;
        _known = [.. troubled.Select(v => v.Id)];
        var added = before is null ? [] : troubled.Where(v => !before.Contains(v.Id)).ToList();
        return added.Count switch
        {
            0 => null,
            1 => $"{added[0].Name}: {Lower(added[0].Standing.Word)}. {added[0].Standing.Detail}",
            _ => $"{added.Count} instances need a look.",
        };
    }

    private static string Action(InstanceView view) => view.Standing.Phase == Phase.Broken ? "See why" : "View log";

    private static string Href(InstanceView view) => view.Standing.Phase == Phase.Broken ? $"/instances/{view.Id}?tab=history" : $"/instances/{view.Id}?tab=log";

    private static string Lower(string word) => word.Length == 0 ? word : char.ToLowerInvariant(word[0]) + word[1..];
}
