using System.Collections.Concurrent;
using Dashboard.Components;
using OpenStack.Errors;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>What became of one action on one instance.</summary>
/// <param name="Problem">Null when Nova accepted it.</param>
/// <param name="ImageId">The new image of a snapshot.</param>
public sealed record ActionResult(InstanceView Instance, InstanceAction Action, Problem? Problem, string? ImageId = null)
{
    public bool Accepted => Problem is null;
}

/// <summary>Has Nova do things to instances. The row shows the wish at once and the engine's answer when it comes.</summary>
internal sealed class InstanceCommands(IInstanceCloud cloud, LiveInstances live)
{
    private const int AtOnce = 4;

    /// <returns>In the order of <paramref name="instances"/>.</returns>
    public async Task<IReadOnlyList<ActionResult>> RunAsync(IReadOnlyList<InstanceView> instances, InstanceAction action, CancellationToken cancellationToken)
    {
        var results = new ConcurrentDictionary<string, ActionResult>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(instances, options, async (instance, cancel) => results[instance.Id] = await RunAsync(instance, action, cancel));
        live.Refresh();
        return [.. instances.Select(i => results[i.Id])];
    }

    /// <param name="name">The new image's name.</param>
    public async Task<ActionResult> SnapshotAsync(InstanceView instance, string name, CancellationToken cancellationToken)
    {
        live.Ask(instance.Id, InstanceAction.Snapshot);
        try
        {
            var image = await cloud.Nova.CreateImageAsync(instance.Id, new ServerAction { CreateImage = new CreateImageAction(name) }, cancellationToken);
            live.Follow(instance.Id, image.ImageId, name);
            return new ActionResult(instance, InstanceAction.Snapshot, null, image.ImageId);
        }
        catch (OpenStackException refused)
        {
            live.Unask(instance.Id);
            return new ActionResult(instance, InstanceAction.Snapshot, Problem.Of($"No snapshot of {instance.Name} was taken.", refused));
        }
    }

    private async Task<ActionResult> RunAsync(InstanceView instance, InstanceAction action, CancellationToken cancellationToken)
    {
        live.Ask(instance.Id, action);
        try
        {
            await CallAsync(instance.Id, action, cancellationToken);
            return new ActionResult(instance, action, null);
        }
        catch (OpenStackException gone) when (action == InstanceAction.Delete && gone.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return new ActionResult(instance, action, null);
        }
        catch (OpenStackException refused)
        {
            live.Unask(instance.Id);
            return new ActionResult(instance, action, Problem.Of($"{instance.Name} was not {Past(action)}.", refused));
        }
    }

    private Task CallAsync(string id, InstanceAction action, CancellationToken cancellationToken) => action switch
    {
        InstanceAction.Start => cloud.Nova.ActAsync(id, new ServerAction { Start = true }, cancellationToken),
        InstanceAction.Stop => cloud.Nova.ActAsync(id, new ServerAction { Stop = true }, cancellationToken),
        InstanceAction.Restart => cloud.Nova.ActAsync(id, new ServerAction { Reboot = new RebootAction("SOFT") }, cancellationToken),
        InstanceAction.Pause => cloud.Nova.ActAsync(id, new ServerAction { Pause = true }, cancellationToken),
        InstanceAction.Unpause => cloud.Nova.ActAsync(id, new ServerAction { Unpause = true }, cancellationToken),
        InstanceAction.Delete => cloud.Nova.DeleteServerAsync(id, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "A snapshot needs a name."),
    };

    private static string Past(InstanceAction action) => action switch
    {
        InstanceAction.Start => "started",
        InstanceAction.Stop => "stopped",
        InstanceAction.Restart => "restarted",
        InstanceAction.Pause => "paused",
        InstanceAction.Unpause => "unpaused",
        _ => "deleted",
    };
}
