using System.Globalization;
using Dashboard.Components;
using Dashboard.Hosts;
using OpenStack.Nova;
using NovaAction = OpenStack.Nova.InstanceAction;

namespace Dashboard.Instances;

/// <summary>What stopped an instance, and what to do about it.</summary>
/// <param name="What">In one sentence.</param>
/// <param name="Evidence">What speaks for it.</param>
/// <param name="Steps">What to do, the likeliest first.</param>
/// <param name="RequestId">By which the services' logs name it.</param>
/// <param name="Traceback">Nova's own, which it shows to administrators.</param>
internal sealed record Explanation(string What, IReadOnlyList<string> Evidence, IReadOnlyList<string> Steps, string? RequestId = null, string? Traceback = null);

/// <summary>All that is known when somebody asks why.</summary>
/// <param name="Action">The newest that failed, or goes on; with its events.</param>
/// <param name="Hosts">Null for who may not know.</param>
internal sealed record FailureFacts(Server Server, NovaAction? Action, HostsFacts? Hosts, Scheduling Scheduling);

/// <summary>Explains an instance in ERROR, or one that has been in BUILD for too long, from Nova's fault, its actions, its services and placement's figures.</summary>
internal static class WhyFailed
{
    /// <summary>A boot that takes no longer is not asked about.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <returns>Null when it neither failed nor hangs.</returns>
    public static Explanation? Of(FailureFacts facts, DateTimeOffset now)
    {
        var found = facts.Server switch
        {
            { Status: "ERROR", Fault.Message: var message } when Has(message, "No valid host") => NoHost(facts, now),
            { Status: "ERROR", Fault.Message: var message } when Has(message, "maximum number of retries") || Has(message, "Exhausted all hosts") => AllGaveUp(facts),
            { Status: "ERROR", Fault.Message: var message } when Has(message, "MessagingTimeout") || Has(message, "Timed out waiting for a reply") => Silence(facts, now),
            { Status: "ERROR" } server => Said(server),
            { Status: "BUILD" } server when now - server.Created >= Patience => Hangs(facts, now),
            _ => null,
        };
        return found is null ? null : found with
        {
            Evidence = [.. found.Evidence, .. Failed(facts.Action)],
            RequestId = facts.Action?.RequestId,
            Traceback = facts.Server.Fault?.Details ?? facts.Action?.Events.Select(e => e.Traceback).FirstOrDefault(t => t is not null),
        };
    }

    private static Explanation NoHost(FailureFacts facts, DateTimeOffset now)
    {
        var wanted = Wanted(facts.Server.Flavor);
        var what = $"No host could take it. It asks for {wanted}, and Nova's scheduler found no host that is up, takes instances and has that.";
        if (facts.Hosts is not { } hosts)
        {
            return new(what, [], ["Launch it again later, or with a smaller flavor.", "If it fails again, give an operator the request id."]);
        }

        var closed = hosts.Takers.Where(s => s is not { State: "up", Status: "enabled" }).Select(s => Closed(s, now)).ToList();
        if (!hosts.Takers.Any())
        {
            return new(what, ["Nova knows no nova-compute at all."], ["Start nova-compute on a host, then map it: nova-manage cell_v2 discover_hosts."]);
        }

        var full = facts.Server.Flavor is { } flavor ? facts.Scheduling.Rooms.Select(r => Lacking(r, flavor)).OfType<string>().ToList() : [];
        var steps = new List<string>();
        if (closed.Count > 0)
        {
            steps.Add("Enable the host under Hosts & services, or start its nova-compute; then launch the instance again.");
        }

        if (full.Count > 0)
        {
            steps.Add("Launch it with a smaller flavor, or delete instances that nobody needs.");
        }

        // A trait that some host has may be ruled out there for another reason: only what none has is the cause.
        var unmet = facts.Scheduling.Rooms.Count == 0 || facts.Server.Flavor is not { } asked ? [] : asked.ExtraSpecs.Where(s => facts.Scheduling.Rooms.All(r => Refuses(r, s))).Select(Unmet).ToList();
        if (unmet.Count > 0)
        {
            closed.AddRange(unmet);
            steps.Add("Launch it with a flavor that asks for something else, or give a host the trait: openstack resource provider trait set.");
        }

        if (closed.Count + full.Count == 0)
        {
            closed.Add($"{(hosts.Takers.Count() == 1 ? "The compute host is" : "All compute hosts are")} up{(facts.Scheduling.Rooms.Count > 0 ? ", with room" : "")}: a trait of the flavor, a property of the image, an aggregate or a zone ruled it out, or it was so only at that moment.");
            steps.Add("Look for the request id in the log of nova-scheduler: it names the filter that left no host, and placement's log the trait.");
        }

        return new(what, [.. closed, .. full], steps);
    }

    private static Explanation AllGaveUp(FailureFacts facts)
    {
        var last = facts.Action?.Events.Select(e => e.Details).LastOrDefault(d => !string.IsNullOrWhiteSpace(d));
        return new(
            "Every host that Nova tried gave up on it.",
            last is null ? [] : [$"The last one said: {Visible.Of(FaultWords.Plain(last))}"],
            [facts.Hosts is null ? "Launch it again; if it fails again, give an operator the request id." : "Look for the request id in the log of nova-compute on the hosts, and of the driver host beside it."]);
    }

    private static Explanation Silence(FailureFacts facts, DateTimeOffset now) => new(
        "A service of Nova did not answer in time.",
        [.. Down(facts.Hosts, _ => true, now)],
        [facts.Hosts is null ? "Launch it again; if it fails again, give an operator the request id." : "Look whether the message queue and the services run, then launch it again."]);

    private static Explanation Said(Server server)
    {
        var words = server.Fault is { } fault ? Visible.Of(FaultWords.Plain(fault.Message)) : "Nova gives no reason.";
        return new(words, [], [FaultWords.Remedy(null, server.Fault?.Message) ?? "Launch it again; if it fails again, give an operator the request id."]);
    }

    private static Explanation Hangs(FailureFacts facts, DateTimeOffset now)
    {
        var age = AgeWords.Of(facts.Server.Created, now);
        var operators = facts.Hosts is null ? "If it stays so, give an operator the request id." : "When they run again it goes on by itself; else delete it and launch it again.";
        if (facts.Server.TaskState is null or "scheduling")
        {
            return new(
                $"It has waited for {age}, and Nova has not chosen a host for it yet.",
                [.. Down(facts.Hosts, s => s.Binary != HostsFacts.Compute, now)],
                [facts.Hosts is null ? "Choosing takes a second when nova-conductor and nova-scheduler run." : "Look whether nova-conductor and nova-scheduler run, and the message queue.", operators]);
        }

        return new(
            $"A host was chosen, and has been at it for {age}.",
            [.. Down(facts.Hosts, s => s.Binary == HostsFacts.Compute && (facts.Server.Host is null || s.Host == facts.Server.Host), now)],
            ["A big image that the host does not have yet takes its time.", operators]);
    }

    private static IEnumerable<string> Down(HostsFacts? hosts, Func<ComputeService, bool> which, DateTimeOffset now) =>
        hosts?.Services.Where(s => which(s) && s.State != "up").Select(s => Closed(s, now)) ?? [];

    private static string Closed(ComputeService service, DateTimeOffset now) => service switch
    {
        { State: not "up", UpdatedAt: { } last } => $"{service.Binary} on {service.Host} is down: its last word is {AgeWords.Of(new DateTimeOffset(DateTime.SpecifyKind(last, DateTimeKind.Utc)), now)} old.",
        { State: not "up" } => $"{service.Binary} on {service.Host} is down.",
        { DisabledReason: { Length: > 0 } reason } => $"{service.Host} takes no instances. Disabled: {reason}",
        _ => $"{service.Host} takes no instances: it is disabled.",
    };

    private static string? Lacking(HostRoom room, ServerFlavor flavor)
    {
        var lacks = new List<string>();
        Look(room.Cpus, flavor.Vcpus, "CPUs", n => n.ToString(CultureInfo.InvariantCulture));
        Look(room.MemoryMb, flavor.Ram, "of memory", n => Units.Memory(n));
        Look(room.DiskGb, flavor.Disk, "of disk", n => $"{n} GiB");
        return lacks.Count == 0 ? null : $"{room.Name} is too full or too small: {string.Join("; ", lacks)}.";

        void Look(Room has, long wanted, string what, Func<long, string> write)
        {
            if (!has.Holds(wanted))
            {
                lacks.Add($"{write(Math.Min(has.Left, has.Most))} {what} left for one instance, {write(wanted)} asked for");
            }
        }
    }

    private const string Trait = "trait:";

    private static bool Refuses(HostRoom room, KeyValuePair<string, string> asked) =>
        asked.Key.StartsWith(Trait, StringComparison.Ordinal) && asked.Value is "required" or "forbidden"
            && room.Traits.Contains(asked.Key[Trait.Length..]) != (asked.Value == "required");

    private static string Unmet(KeyValuePair<string, string> asked) => asked.Value == "required"
        ? $"No host has the trait {asked.Key[Trait.Length..]}, which the flavor requires."
        : $"Every host has the trait {asked.Key[Trait.Length..]}, which the flavor forbids.";

    private static string Wanted(ServerFlavor? flavor) => flavor is null ? "its flavor"
        : $"{flavor.Vcpus} {(flavor.Vcpus == 1 ? "CPU" : "CPUs")}, {Units.Memory(flavor.Ram)} of memory{(flavor.Disk > 0 ? $", {flavor.Disk} GiB of disk" : "")}{string.Concat(flavor.ExtraSpecs.Select(s => $", {s.Key}={s.Value}"))}";

    // Nova's own names of its steps are all that a member is told.
    private static IEnumerable<string> Failed(NovaAction? action) =>
        action?.Events.Where(e => e.Result is "Error").Select(e => $"Nova's step {e.Event} failed{(e.FinishTime is { } at ? $" at {at.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} UTC" : "")}.") ?? [];

    private static bool Has(string words, string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
}
