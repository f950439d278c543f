using System.Globalization;
using Dashboard.Components;
using Dashboard.Images;
using DriverHost.Client;
using OpenStack.Errors;
using NovaAction = OpenStack.Nova.InstanceAction;

namespace Dashboard.Instances;

/// <summary>Nova's actions and the engine's word on one instance, in one order, newest first.</summary>
internal sealed class InstanceHistory(IInstanceCloud cloud, LiveInstances live)
{
    private const int MostDetails = 10;

    public async Task<IReadOnlyList<HistoryEntry>> ReadAsync(InstanceFacts facts, CancellationToken cancellationToken)
    {
        var actions = (await cloud.Nova.ListActionsAsync(facts.Id, cancellationToken)).Actions;
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var failed in actions.Where(a => a.Message is not null).Take(MostDetails))
        {
            if (await ReasonAsync(facts.Id, failed.RequestId, cancellationToken) is { } reason)
            {
                details[failed.RequestId] = reason;
            }
        }

        return Merge(actions, details, facts, live.Now.People, cloud.Viewer);
    }

    public static IReadOnlyList<HistoryEntry> Merge(IReadOnlyList<NovaAction> actions, IReadOnlyDictionary<string, string> details, InstanceFacts facts, People people, Viewer viewer)
    {
        var newest = actions.OrderByDescending(a => a.StartTime).FirstOrDefault();
        var entries = actions.Select(a => Of(a, a == newest ? facts.Host?.Operation : null, details.GetValueOrDefault(a.RequestId), people, viewer)).Concat(OfEngine(facts.Host));
        return [.. entries.OrderByDescending(e => e.At)];
    }

    private static HistoryEntry Of(NovaAction action, InstanceOperation? running, string? reason, People people, Viewer viewer)
    {
        var start = Utc(action.StartTime);
        var goesOn = running is not null && action.Message is null && running.StartedAt >= start.AddSeconds(-1);
        var who = action.UserId is null ? null : action.UserId == viewer.UserId ? $"{viewer.UserName} (you)" : people.User(action.UserId);
        return new HistoryEntry(
            start,
            action.Message is not null ? StateKind.Error : goesOn ? StateKind.Starting : StateKind.Running,
            Word(action.Action),
            "nova",
            who,
            goesOn || action.UpdatedAt is not { } end ? null : Utc(end) - start,
            action.Message is not null ? Visible.Of(reason ?? action.Message) : goesOn ? running!.Step : null,
            action.RequestId);
    }

    private static IEnumerable<HistoryEntry> OfEngine(HostInstance? host)
    {
        if (host is { StartedAt: { } started })
        {
            yield return new HistoryEntry(started, StateKind.Running, "Process started", "engine");
        }

        if (host is { Exit: { } exit })
        {
            var bad = exit.OutOfMemory || exit.Code != 0 && host.WantedRunning;
            yield return new HistoryEntry(exit.At, bad ? StateKind.Failed : StateKind.Exited, "Process ended", "engine", Detail: exit.Words);
        }
    }

    private async Task<string?> ReasonAsync(string id, string requestId, CancellationToken cancellationToken)
    {
        try
        {
            var events = (await cloud.Nova.GetActionAsync(id, requestId, cancellationToken)).Action.Events;
            return events.Select(e => e.Details).FirstOrDefault(d => !string.IsNullOrWhiteSpace(d));
        }
        catch (OpenStackException)
        {
            // The action itself stands in the list; only its reason is missing.
            return null;
        }
    }

    private static string Word(string action) => action switch
    {
        "create" => "Launched",
        "createImage" => "Snapshot",
        "reboot" => "Restart",
        "start" or "stop" or "pause" or "unpause" or "delete" or "lock" or "unlock" => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(action),
        _ => action,
    };

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
