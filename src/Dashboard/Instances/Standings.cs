using System.Globalization;
using Dashboard.Components;
using DriverHost.Client;

namespace Dashboard.Instances;

/// <summary>
/// Says how an instance is. The engine's word, told by the driver host, goes first; Nova's where no driver host of ours has the instance.
/// What has no fresh source is unknown, never running.
/// </summary>
internal static class Standings
{
    public static Standing Of(InstanceFacts facts, HostLink link)
    {
        var server = facts.Server;
        if (server.TaskState == "deleting" || facts.Host?.Operation?.Name == "delete" || facts.Asked?.Action == InstanceAction.Delete)
        {
            return Busy(Phase.Deleting, "Deleting", facts);
        }

        if (facts.Asked is not { } asked || facts.Host?.Operation is not null)
        {
            return Told(facts, link);
        }

        return asked.Action == InstanceAction.Snapshot
            ? Told(facts, link) with { Phase = Phase.Busy, Note = "snapshot asked for", Since = asked.At, Ago = false }
            : new(StateKind.Starting, Phase.Busy, asked.Action.Doing(), "asked", asked.At);
    }

    /// <summary>What Nova is still about, in a word, when the engine is done with it already: until then Nova refuses the next. Null: nothing.</summary>
    public static string? StillDoing(OpenStack.Nova.Server server, Phase phase) =>
        phase is Phase.Running or Phase.Stopped or Phase.Paused && server is { Status: not "ERROR", TaskState: { } task } && !task.StartsWith("image_", StringComparison.Ordinal) ? TaskWord(task) : null;

    private static Standing Told(InstanceFacts facts, HostLink link) =>
        facts.Host is { } host ? link.Live ? OfHost(facts, host) : WithoutHost(facts, host, link) : OfNova(facts, link);

    private static Standing OfHost(InstanceFacts facts, HostInstance host)
    {
        if (host.State == InstanceState.Error || facts.Server.Status == "ERROR")
        {
            return Error(facts, host.Fault);
        }

        return host.Operation switch
        {
            { Name: "snapshot" } => WithSnapshot(Settled(host), host.Operation),
            { Name: "spawn" } => Busy(Phase.Building, "Starting", facts),
            { } operation => Busy(Phase.Busy, Doing(operation.Name), facts),
            null => Settled(host),
        };
    }

    private static Standing Settled(HostInstance host) => host.State switch
    {
        InstanceState.Creating => new(StateKind.Starting, Phase.Building, "Starting", Since: host.CreatedAt),
        InstanceState.Running => new(StateKind.Running, Phase.Running, "Running", Since: host.StartedAt, Detail: host.Fault?.Message),
        InstanceState.Paused => new(StateKind.Paused, Phase.Paused, "Paused", Detail: host.Fault?.Message),
        InstanceState.Exited => Exited(host),
        InstanceState.Missing => new(StateKind.Error, Phase.Missing, "Error", Detail: "its container is gone: somebody removed it on the host"),
        _ => new(StateKind.Unknown, Phase.Unknown, "Unknown", Detail: "the engine does not answer the driver host"),
    };

    private static Standing Exited(HostInstance host)
    {
        if (host.Exit is not { } exit)
        {
            return new(StateKind.Failed, Phase.Stopped, "Exited · never ran", Detail: host.Fault?.Message);
        }

        var detail = host.Fault is { } fault && fault.At > exit.At ? fault.Message : Shortened(exit);
        var word = exit switch
        {
            { OutOfMemory: true } => "Exited · killed",
            { Code: 0 } => "Exited · finished",
            _ when !host.WantedRunning => "Exited · stopped",
            { Code: 137 } => "Exited · killed",
            _ => string.Create(CultureInfo.InvariantCulture, $"Exited · code {exit.Code}"),
        };
        var good = !exit.OutOfMemory && (exit.Code == 0 || !host.WantedRunning);
        return new(good ? StateKind.Exited : StateKind.Failed, Phase.Stopped, word, Since: exit.At, Ago: true, Detail: detail);
    }

    // The host knew it and is silent: Nova's "active" is then only a memory, unless Nova vouches for the host.
    private static Standing WithoutHost(InstanceFacts facts, HostInstance host, HostLink link)
    {
        var nova = OfNova(facts, link);
        return nova.Kind == StateKind.Running && facts.Server.HostStatus != "UP"
            ? new(StateKind.Unknown, Phase.Unknown, "Unknown", "for", link.HeardAt, Detail: $"no word from the driver host; last seen {LastSeen(host)}")
            : nova;
    }

    private static Standing OfNova(InstanceFacts facts, HostLink link)
    {
        var server = facts.Server;
        if (server.Status != "ERROR" && server.TaskState is { } task && !task.StartsWith("image_", StringComparison.Ordinal))
        {
            return new(StateKind.Starting, server.Status == "BUILD" ? Phase.Building : Phase.Busy, TaskWord(task), Step(task), server.Updated);
        }

        return server.Status switch
        {
            "ACTIVE" when server.HostStatus is "DOWN" or "UNKNOWN" => new(StateKind.Unknown, Phase.Unknown, "Unknown", "for", link.HeardAt, Detail: "its host does not answer Nova"),
            "ACTIVE" => new(StateKind.Running, Phase.Running, "Running", Since: Launched(server)),
            "BUILD" => new(StateKind.Starting, Phase.Building, "Starting", Since: server.Created),
            "REBOOT" or "HARD_REBOOT" => new(StateKind.Starting, Phase.Busy, "Restarting", Since: server.Updated),
            "SHUTOFF" => new(StateKind.Exited, Phase.Stopped, "Exited", Since: server.Updated, Ago: true, Detail: "Nova does not say how it ended"),
            "PAUSED" => new(StateKind.Paused, Phase.Paused, "Paused", Since: server.Updated),
            "ERROR" => Error(facts, null),
            _ => new(StateKind.Unknown, Phase.Other, Sentence(server.Status), Since: server.Updated),
        };
    }

    private static Standing Error(InstanceFacts facts, InstanceFault? hostFault)
    {
        var at = facts.Server.Fault?.Created ?? hostFault?.At ?? facts.Server.Updated;
        var phase = facts.Host?.State switch
        {
            null or InstanceState.Error or InstanceState.Creating => Phase.Broken,
            InstanceState.Missing => Phase.Missing,
            InstanceState.Running => Phase.Running,
            InstanceState.Paused => Phase.Paused,
            InstanceState.Exited => Phase.Stopped,
            _ => Phase.Unknown,
        };
        return new(StateKind.Error, phase, "Error", Since: at, Ago: true, Detail: hostFault?.Message ?? (facts.Server.Fault is { } fault ? FaultWords.Plain(fault.Message) : "Nova gives no reason"));
    }

    private static Standing Busy(Phase phase, string word, InstanceFacts facts)
    {
        if (facts.Host?.Operation is not { } operation)
        {
            return new(StateKind.Starting, phase, word, Since: facts.Asked?.At);
        }

        var share = Share(operation);
        return new(StateKind.Starting, phase, word, Percent(operation.Step, share), share is null ? operation.StartedAt : null, Detail: Moved(operation), Share: share);
    }

    private static Standing WithSnapshot(Standing standing, InstanceOperation operation)
    {
        var share = Share(operation);
        return standing with { Phase = Phase.Busy, Note = Percent($"snapshot: {operation.Step}", share), Since = share is null ? operation.StartedAt : null, Ago = false, Detail = Moved(operation), Share = share };
    }

    private static double? Share(InstanceOperation operation) => operation is { BytesDone: { } done, BytesTotal: { } total and > 0 } ? Math.Clamp((double)done / total, 0, 1) : null;

    private static string Percent(string step, double? share) => share is { } part ? string.Create(CultureInfo.InvariantCulture, $"{step} {(int)(part * 100)} %") : step;

    private static string? Moved(InstanceOperation operation) => operation switch
    {
        { BytesDone: { } done, BytesTotal: { } total and > 0 } => $"{Units.Bytes(done)} of {Units.Bytes(total)}",
        { BytesDone: { } done and > 0 } => Units.Bytes(done),
        _ => null,
    };

    private static string Doing(string operation) => operation switch
    {
        "start" => "Starting",
        "stop" or "kill" => "Stopping",
        "reboot" => "Restarting",
        "pause" => "Pausing",
        "unpause" => "Unpausing",
        "delete" => "Deleting",
        _ => Sentence(operation),
    };

    private static string TaskWord(string task) => task switch
    {
        "powering-off" => "Stopping",
        "powering-on" => "Starting",
        "pausing" => "Pausing",
        "unpausing" => "Unpausing",
        "deleting" => "Deleting",
        _ when task.StartsWith("reboot", StringComparison.Ordinal) => "Restarting",
        _ => "Starting",
    };

    private static string? Step(string task) => task switch
    {
        "scheduling" => "choosing a host",
        "networking" => "making its network",
        "block_device_mapping" => "attaching volumes",
        _ => null,
    };

    private static string LastSeen(HostInstance host) => host.State switch
    {
        InstanceState.Running => "running",
        InstanceState.Paused => "paused",
        InstanceState.Exited => "exited",
        _ => "changing",
    };

    private static DateTimeOffset Launched(OpenStack.Nova.Server server) => server.LaunchedAt is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : server.Created;

    // The word beside says "killed" and the code already.
    private static string Shortened(InstanceExit exit) => exit switch
    {
        { Code: 0, OutOfMemory: false } => exit.Words.Replace("ended well (code 0)", "code 0", StringComparison.Ordinal),
        _ when exit.Words.StartsWith("killed: ", StringComparison.Ordinal) => exit.Words["killed: ".Length..],
        _ when exit.Words.StartsWith("killed (", StringComparison.Ordinal) => exit.Words["killed ".Length..].Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal),
        _ => exit.Words,
    };

    private static string Sentence(string word) => word.Length < 2 ? word : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant().Replace('_', ' ');
}
