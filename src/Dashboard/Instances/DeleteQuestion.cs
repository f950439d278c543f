using System.Globalization;
using Dashboard.Components;

namespace Dashboard.Instances;

/// <summary>Asks before instances are deleted: what is lost, what is kept, and what could be done first.</summary>
internal static class DeleteQuestion
{
    private const int MostNamed = 10;

    public static ConfirmQuestion Of(IReadOnlyList<InstanceView> instances) => new(
        instances.Count == 1 ? $"Delete {instances[0].Name}?" : $"Delete {instances.Count} instances?",
        [.. Body(instances)],
        instances.Count == 1 ? "Delete" : $"Delete {instances.Count}",
        TypeName: instances.Count > MostNamed ? instances.Count.ToString(CultureInfo.InvariantCulture) : null,
        Alternative: instances is [var one] && one.Offer(InstanceAction.Snapshot).Allowed ? "Snapshot first…" : null);

    private static IEnumerable<string> Body(IReadOnlyList<InstanceView> instances)
    {
        if (instances.Count > 1)
        {
            var names = string.Join(", ", instances.Take(MostNamed).Select(i => i.Name));
            yield return instances.Count > MostNamed ? $"{names} and {instances.Count - MostNamed} more." : $"{names}.";
        }

        var running = instances.Count(i => i.Standing.Phase is Phase.Running or Phase.Paused);
        if (running > 0)
        {
            yield return instances.Count == 1 ? "Its process is stopped first." : $"{running} of them still run and are stopped first.";
        }

        yield return "Lost for good: every file written since the start, and the log.";
        yield return "Kept: the image, and snapshots taken before.";
    }
}
