using System.Collections.Immutable;
using OpenStack.Glance;

namespace Dashboard.Instances;

/// <summary>Finds out how a snapshot ended, from its image.</summary>
internal static class SnapshotWatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="asked">When the services were asked; what is younger than that they could not know.</param>
    public static SnapshotProgress? Look(InstanceFacts facts, ImmutableDictionary<string, Image> images, DateTimeOffset asked)
    {
        if (facts.Snapshot is not { End: SnapshotEnd.NotYet } progress || progress.At > asked)
        {
            return facts.Snapshot;
        }

        var resting = facts.Host?.Operation is null && facts.Server.TaskState is null && asked - progress.At > Patience;
        return images.GetValueOrDefault(progress.ImageId)?.Status switch
        {
            "active" => progress with { End = SnapshotEnd.Ready },
            null or "killed" or "deleted" or "pending_delete" => Failed("its image is gone"),
            "queued" when resting => Failed("no bytes came into its image"),
            _ => progress,
        };

        SnapshotProgress Failed(string why) => progress with { End = SnapshotEnd.Failed, Failure = facts.Host?.Fault is { } fault && fault.At >= progress.At ? fault.Message : why };
    }
}
