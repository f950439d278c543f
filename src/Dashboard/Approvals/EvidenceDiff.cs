using DriverHost.Client;

namespace Dashboard.Approvals;

/// <summary>One setting before and after; a list is taken apart into what went, stayed and came.</summary>
/// <param name="Weighty">A change that a reviewer must not miss.</param>
public sealed record SettingDiff(string Setting, IReadOnlyList<string> Removed, IReadOnlyList<string> Kept, IReadOnlyList<string> Added, bool Weighty = false)
{
    public bool Changed => Removed.Count + Added.Count > 0;
}

/// <summary>A layer, or several unchanged ones in a row.</summary>
/// <param name="Sign">= in both, - only before, + only after.</param>
public sealed record LayerDiff(char Sign, int Count, string DiffId, string CreatedBy, long Size, int SetuidFiles);

/// <summary>What an image has that another has not. Layers are compared by their verified ids, settings by their text.</summary>
public sealed record EvidenceDiff(IReadOnlyList<SettingDiff> Settings, IReadOnlyList<LayerDiff> Layers, int SharedLayers, int NewSetuidFiles)
{
    public const string User = "User";
    public const string Ports = "Ports";

    public long AddedBytes => Layers.Where(l => l.Sign == '+').Sum(l => l.Size);

    public bool IsSmall => Settings.All(s => !s.Changed);

    public static EvidenceDiff Of(ImageEvidence before, ImageEvidence after)
    {
        var user = One(User, UserOf(before), UserOf(after));
        SettingDiff[] settings =
        [
            user with { Weighty = user.Changed && IsRoot(after.User) },
            One("Entrypoint", Join(before.Entrypoint), Join(after.Entrypoint)),
            One("Command", Join(before.Command), Join(after.Command)),
            One("Working folder", Text(before.WorkingDirectory, "/"), Text(after.WorkingDirectory, "/")),
            Many("Environment", before.Environment, after.Environment),
            Many(Ports, before.Ports, after.Ports),
            Many("Volumes", before.Volumes, after.Volumes),
            Many("Labels", Labels(before), Labels(after)),
            One("Made for", Platform(before), Platform(after)),
        ];
        var shared = after.Layers.Select(l => l.DiffId).Intersect(before.Layers.Select(l => l.DiffId)).Count();
        return new(settings, CompareLayers(before, after), shared, Math.Max(0, after.Layers.Sum(l => l.SetuidFiles) - before.Layers.Sum(l => l.SetuidFiles)));
    }

    public static bool IsRoot(string? user) =>
        string.IsNullOrEmpty(user) || user is "0" or "root" || user.StartsWith("0:", StringComparison.Ordinal) || user.StartsWith("root:", StringComparison.Ordinal);

    /// <summary>A user as people read it: an empty one is root.</summary>
    public static string UserOf(ImageEvidence image) => string.IsNullOrEmpty(image.User) ? "root" : image.User;

    /// <summary>What made each layer, as the image's history claims it; empty where the history does not fit the layers.</summary>
    public static IReadOnlyList<string> LayerNames(ImageEvidence image)
    {
        var steps = image.History.Where(h => !h.EmptyLayer).Select(h => Step(h.CreatedBy)).ToArray();
        return steps.Length == image.Layers.Count ? steps : [.. image.Layers.Select(_ => "")];
    }

    /// <summary>The layers of one image alone, lowest first.</summary>
    public static IReadOnlyList<LayerDiff> LayersOf(ImageEvidence image)
    {
        var names = LayerNames(image);
        return [.. image.Layers.Select((l, i) => new LayerDiff('=', 1, l.DiffId, names[i], l.Size, l.SetuidFiles))];
    }

    /// <summary>A step of the history without the builder's own preface.</summary>
    public static string Step(string createdBy)
    {
        const string Preface = "/bin/sh -c #(nop)";
        return (createdBy.StartsWith(Preface, StringComparison.Ordinal) ? createdBy[Preface.Length..] : createdBy).Trim();
    }

    public static string Join(IReadOnlyList<string> words) => words.Count == 0 ? "none" : string.Join(' ', words.Select(w => w.Length == 0 || w.Any(char.IsWhiteSpace) ? $"\"{w}\"" : w));

    public static string Platform(ImageEvidence image) => $"{image.Os ?? "unknown"}/{image.Architecture ?? "unknown"}";

    private static LayerDiff[] CompareLayers(ImageEvidence before, ImageEvidence after)
    {
        var result = new List<LayerDiff>();
        var (oldNames, newNames) = (LayerNames(before), LayerNames(after));
        var same = 0;
        while (same < before.Layers.Count && same < after.Layers.Count && before.Layers[same].DiffId == after.Layers[same].DiffId)
        {
            Add('=', after.Layers[same], newNames[same]);
            same++;
        }

        var (oldIds, newIds) = (before.Layers.Select(l => l.DiffId).ToHashSet(), after.Layers.Select(l => l.DiffId).ToHashSet());
        for (var i = same; i < before.Layers.Count; i++)
        {
            if (!newIds.Contains(before.Layers[i].DiffId))
            {
                Add('-', before.Layers[i], oldNames[i]);
            }
        }

        for (var i = same; i < after.Layers.Count; i++)
        {
            Add(oldIds.Contains(after.Layers[i].DiffId) ? '=' : '+', after.Layers[i], newNames[i]);
        }

        return [.. result];

        void Add(char sign, LayerEvidence layer, string name)
        {
            if (sign == '=' && result.Count > 0 && result[^1] is { Sign: '=' } last)
            {
                result[^1] = last with { Count = last.Count + 1, Size = last.Size + layer.Size, SetuidFiles = last.SetuidFiles + layer.SetuidFiles };
                return;
            }

            result.Add(new(sign, 1, layer.DiffId, name, layer.Size, layer.SetuidFiles));
        }
    }

    private static SettingDiff One(string setting, string before, string after) => before == after ? new(setting, [], [after], []) : new(setting, [before], [], [after]);

    private static SettingDiff Many(string setting, IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        new(setting, [.. before.Except(after)], [.. after.Intersect(before)], [.. after.Except(before)]);

    private static IReadOnlyList<string> Labels(ImageEvidence image) => [.. image.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")];

    private static string Text(string? text, string otherwise) => string.IsNullOrEmpty(text) ? otherwise : text;
}
