using Dashboard.Components;
using MudBlazor;

namespace Dashboard.Instances;

/// <summary>Asks what must be asked before an action, has it done, and says so to screen readers.</summary>
internal sealed class ActionFlow(IDialogService dialogs, InstanceCommands commands, Announcements announcements)
{
    /// <param name="instances">Those for which the action is possible.</param>
    /// <returns>Null when it was called off.</returns>
    public async Task<IReadOnlyList<ActionResult>?> RunAsync(IReadOnlyList<InstanceView> instances, InstanceAction action, CancellationToken cancellationToken)
    {
        if (instances.Count == 0)
        {
            return null;
        }

        if (action == InstanceAction.Delete)
        {
            if (await dialogs.ConfirmAsync(DeleteQuestion.Of(instances)) is not { } answer)
            {
                return null;
            }

            action = answer.Alternative ? InstanceAction.Snapshot : action;
        }

        if (action == InstanceAction.Snapshot)
        {
            return await SnapshotAsync(instances[0], cancellationToken);
        }

        var results = await commands.RunAsync(instances, action, cancellationToken);
        await SayAsync(results, action);
        return results;
    }

    private async Task<IReadOnlyList<ActionResult>?> SnapshotAsync(InstanceView instance, CancellationToken cancellationToken)
    {
        var options = new DialogOptions { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true, CloseOnEscapeKey = true };
        var dialog = await dialogs.ShowAsync<SnapshotDialog>(null, new DialogParameters<SnapshotDialog> { { d => d.Instance, instance } }, options);
        if (await dialog.Result is not { Canceled: false, Data: string name })
        {
            return null;
        }

        var result = await commands.SnapshotAsync(instance, name, cancellationToken);
        await announcements.SayAsync(result.Accepted ? $"Snapshot of {instance.Name} asked for." : result.Problem!.What);
        return [result];
    }

    private async Task SayAsync(IReadOnlyList<ActionResult> results, InstanceAction action)
    {
        var refused = results.Count(r => !r.Accepted);
        var who = results.Count == 1 ? results[0].Instance.Name : $"{results.Count} instances";
        await announcements.SayAsync(refused == 0 ? $"{action.Verb()} asked for: {who}." : $"{action.Verb()}: {refused} of {results.Count} refused.");
    }
}
