using System.Globalization;
using Dashboard.Components;
using Dashboard.Images;
using DriverHost.Client;
using OpenStack.Errors;
using NovaAction = OpenStack.Nova.InstanceAction;

namespace Dashboard.Instances;

/// <param name="WithoutAudit">Why the driver host's audit entries are missing; null when they are there.</param>
internal sealed record HistoryRead(IReadOnlyList<HistoryEntry> Entries, Problem? WithoutAudit);

/// <summary>Nova's actions, the driver host's audit book and the engine's word on one instance, in one order, newest first.</summary>
internal sealed class InstanceHistory(IInstanceCloud cloud, LiveInstances live)
{
    private const int MostDetails = 10;
    private const int MostAudit = 200;

    public async Task<HistoryRead> ReadAsync(InstanceFacts facts, CancellationToken cancellationToken)
    {
        var audit = AuditAsync(facts.Id, cancellationToken);
        var actions = (await cloud.Nova.ListActionsAsync(facts.Id, cancellationToken)).Actions;
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var failed in actions.Where(a => a.Message is not null).Take(MostDetails))
        {
            if (await ReasonAsync(facts.Id, failed.RequestId, cancellationToken) is { } reason)
            {
                details[failed.RequestId] = reason;
            }
        }

        var (records, withoutAudit) = await audit;
        return new HistoryRead(Merge(actions, details, records, facts, live.Now.People, cloud.Viewer), withoutAudit);
    }

    public static IReadOnlyList<HistoryEntry> Merge(
        IReadOnlyList<NovaAction> actions, IReadOnlyDictionary<string, string> details, IReadOnlyList<AuditRecord> audit, InstanceFacts facts, People people, Viewer viewer)
    {
        var newest = actions.OrderByDescending(a => a.StartTime).FirstOrDefault();
        var entries = actions.Select(a => Of(a, a == newest ? facts.Host?.Operation : null, details.GetValueOrDefault(a.RequestId), people, viewer))
            .Concat(OfEngine(facts.Host)).Concat(audit.Select(a => AuditWords.Of(a, people, viewer)));
        return AuditWords.Fold(entries.OrderByDescending(e => e.At));
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

    private async Task<(AuditRecord[] Records, Problem? Missing)> AuditAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await cloud.GetAuditAsync(id, MostAudit, cancellationToken), null);
        }
        catch (DriverHostException unknown) when (unknown.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return ([], null);
        }
        catch (DriverHostException failed)
        {
            return ([], Problem.Of("Who opened logs, terminals and files is missing here.", failed));
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
