using Dashboard.Approvals;
using Dashboard.Components;
using Dashboard.Images;
using OpenStack.Nova;

namespace Dashboard.Launch;

internal enum CheckResult
{
    Good,
    /// <summary>Worth a look; it does not stop the launch.</summary>
    Warning,
    /// <summary>The launch would fail: the button stays off.</summary>
    Bad,
}

/// <summary>What to do about a line: a page to go to, another flavor or count to take, or a field to fill.</summary>
internal sealed record CheckFix(string Words)
{
    public string? Href { get; init; }
    public string? FlavorId { get; init; }
    public int? Count { get; init; }
    public LaunchField? Field { get; init; }
}

/// <summary>One line of the list: what, the evidence, and the fix.</summary>
internal sealed record CheckLine(CheckResult Result, string What, string Evidence, CheckFix? Fix = null);

/// <summary>What can be known before the launch. Nova and the driver host check again and decide.</summary>
internal sealed record Preflight(IReadOnlyList<CheckLine> Lines)
{
    public bool Ready => Lines.All(l => l.Result != CheckResult.Bad);

    public CheckLine? FirstBad => Lines.FirstOrDefault(l => l.Result == CheckResult.Bad);

    public string Title
    {
        get
        {
            var bad = Lines.Count(l => l.Result == CheckResult.Bad);
            var warnings = Lines.Count(l => l.Result == CheckResult.Warning);
            return bad > 0 ? $"Not ready: {bad} {(bad == 1 ? "thing" : "things")} to settle"
                : warnings > 0 ? $"Ready to launch, with {warnings} {(warnings == 1 ? "warning" : "warnings")}"
                : "Ready to launch";
        }
    }

    public static Preflight Check(LaunchFacts facts, LaunchSpec spec, Viewer viewer)
    {
        var draft = spec.Draft;
        var image = facts.Image(draft.ImageId);
        var flavor = facts.Flavor(draft.FlavorId);
        var lines = new List<CheckLine> { Image(facts, image, draft, viewer) };
        if (flavor is null)
        {
            lines.Add(new(CheckResult.Bad, "No flavor", draft.FlavorId is null ? "It sets the CPU, memory and disk." : "The one that was asked for is not here any more.", Go(LaunchField.Flavor, "Choose a flavor")));
        }
        else
        {
            lines.Add(Flavor(facts, image, flavor));
            lines.Add(Quota(facts, image, flavor, draft));
            if (Host(facts, flavor, draft) is { } host)
            {
                lines.Add(host);
            }
        }

        lines.Add(Name(facts, draft));
        lines.AddRange(spec.Errors.GroupBy(e => e.Field).Select(Setting));
        lines.Add(draft.Network == LaunchDraft.NoNetwork
            ? new(CheckResult.Good, "No network", "nothing reaches it, and it reaches nothing")
            : new(CheckResult.Good, "Network", $"{viewer.ProjectName}'s own; no port is open to the outside"));
        return new Preflight(lines);
    }

    private static CheckLine Image(LaunchFacts facts, ImageView? image, LaunchDraft draft, Viewer viewer)
    {
        if (image is null)
        {
            return draft.ImageId is not null ? new(CheckResult.Bad, "The image is gone", "It was deleted, or is not shared with this project any more.", Go(LaunchField.Image, "Choose another image"))
                : facts.Images.Any(i => i.Launch.Allowed) ? new(CheckResult.Bad, "No image", "It holds the program to run.", Go(LaunchField.Image, "Choose an image"))
                : new(CheckResult.Bad, "No image may boot yet", "Upload one; an administrator approves it once.", new("Upload an image") { Href = "/images" });
        }

        if (!image.Launch.Allowed)
        {
            var fix = viewer.IsAdministrator && image.Approval.Standing == ApprovalStanding.Waiting
                ? new CheckFix("Review it") { Href = "/approvals" }
                : Go(LaunchField.Image, "Choose another image");
            return new(CheckResult.Bad, "The image may not boot", image.Launch.WhyNot!, fix);
        }

        return image.Approval.Standing == ApprovalStanding.Managed ? new(CheckResult.Good, "Image is a managed snapshot", "taken by the driver host in this project")
            : image.Approval.At is { } at ? new(CheckResult.Good, "Image is approved", $"content matches the approval of {ApprovalState.Day(at)}")
            : new(CheckResult.Good, "Image is approved", "content matches the approval");
    }

    private static CheckLine Flavor(LaunchFacts facts, ImageView? image, Flavor flavor)
    {
        if (FlavorFit.WhyNot(flavor, image) is not { } why)
        {
            return new(CheckResult.Good, "Flavor fits the image", $"{Units.Memory(flavor.Ram)} of memory, then the process is killed");
        }

        var better = facts.Flavors.FirstOrDefault(f => FlavorFit.WhyNot(f, image) is null);
        return new(CheckResult.Bad, $"{flavor.Name} is too small", $"{why}, the flavor has less", better is null ? null : Use(better));
    }

    private static CheckLine Quota(LaunchFacts facts, ImageView? image, Flavor flavor, LaunchDraft draft)
    {
        var projection = QuotaProjection.Of(facts.Limits, flavor, draft.Count);
        if (!projection.IsOver)
        {
            var free = projection.Lines.Where(l => l.HasLimit).Select(l => l == projection.Instances ? $"{l.Write(l.Left)} instances" : l == projection.Cpus ? $"{l.Write(l.Left)} CPUs" : l.Write(l.Left)).ToList();
            return new(CheckResult.Good, "Quota", free.Count == 0 ? "this project has no limits" : $"{string.Join(", ", free)} free");
        }

        var over = string.Join(", ", projection.Lines.Where(l => l.Over > 0).Select(l => $"{l.Name.ToLowerInvariant().Replace("cpu", "CPU", StringComparison.Ordinal)}: {l.Write(l.Over)} over {l.Write(l.Limit)}"));
        var most = QuotaProjection.Most(facts.Limits, flavor) ?? 0;
        var smaller = facts.Flavors.LastOrDefault(f => f.Ram <= flavor.Ram && f.Id != flavor.Id && FlavorFit.WhyNot(f, image) is null && !QuotaProjection.Of(facts.Limits, f, draft.Count).IsOver);
        var fix = draft.Count > 1 && most > 0 ? new CheckFix($"Launch {most}") { Count = most }
            : smaller is not null ? Use(smaller)
            : new CheckFix("Delete an instance") { Href = "/instances" };
        return new(CheckResult.Bad, "Over quota", $"{over}. An operator can raise it.", fix);
    }

    // Limits are not reservations: a host may promise more than it has, so a full one is a warning.
    private static CheckLine? Host(LaunchFacts facts, Flavor flavor, LaunchDraft draft)
    {
        if (facts.Hosts is not { } hosts)
        {
            return null;
        }

        var takers = hosts.Takers.ToList();
        if (takers.Count > 0 && !takers.Any(s => s is { Status: "enabled", State: "up" }))
        {
            var one = takers[0];
            var why = one.Status == "disabled" ? $"{one.Host} is disabled{(one.DisabledReason is { Length: > 0 } reason ? $": {reason}" : "")}" : $"{one.Host} is down";
            return new(CheckResult.Bad, "No host takes instances", why, new("Hosts & services") { Href = "/hosts" });
        }

        // Nova chooses among those that take instances: what fits none of them is worth a word.
        var open = hosts.Hosts.Where(h => hosts.Hosts.Count == 1 || takers.Count == 0 || takers.Any(s => s.Host == h.Name && s is { Status: "enabled", State: "up" })).ToList();
        var best = open.Where(h => h.Record is { EngineAnswers: true }).MaxBy(h => Left(h.Record!));
        if (best?.Record is not { } host)
        {
            return open.Find(h => h.Record is not null) is { } mute
                ? new(CheckResult.Bad, "The engine is silent", $"Docker on {mute.Name} does not answer, so nothing starts there.", new("Hosts & services") { Href = "/hosts" })
                : open.Find(h => h.Silent is not null) is { Silent: { } silent } ? new(CheckResult.Warning, "Host not known", silent, new("Hosts & services") { Href = "/hosts" })
                : null;
        }

        var left = Left(host);
        return flavor.Vcpus > host.Cpus ? new(CheckResult.Warning, "More CPUs than the host", $"{best.Name} has {host.Cpus}; the instance gets no more")
            : (long)flavor.Ram * draft.Count > left && open.Count == 1 ? new(CheckResult.Warning, "The host is full", $"{best.Name} has {Units.Memory(Math.Max(0, left))} of {Units.Memory(host.MemoryMb)} left to promise")
            : flavor.Ram > left ? new(CheckResult.Warning, "The hosts are full", $"the emptiest, {best.Name}, has {Units.Memory(Math.Max(0, left))} of {Units.Memory(host.MemoryMb)} left to promise")
            : new(CheckResult.Good, open.Count == 1 ? "Fits the host" : "Fits a host", $"{best.Name} has {Units.Memory(left)} left to promise");
    }

    private static long Left(DriverHost.Client.HostRecord host) => host.MemoryMb - host.MemoryMbUsed;

    private static CheckLine Name(LaunchFacts facts, LaunchDraft draft)
    {
        var name = draft.Name.Trim();
        if (name.Length == 0)
        {
            return new(CheckResult.Bad, "No name", "Every instance has one.", Go(LaunchField.Name, "Write a name"));
        }

        if (name.Length > LaunchNames.Longest)
        {
            return new(CheckResult.Bad, "The name is too long", $"{name.Length} characters; Nova takes {LaunchNames.Longest}.", Go(LaunchField.Name, "Shorten it"));
        }

        if (draft.Count == 1 && facts.Servers.Any(s => s.Name == name))
        {
            return new(CheckResult.Warning, "The name is taken", "Both instances would bear it; IDs tell them apart.", Go(LaunchField.Name, "Change it"));
        }

        return new(CheckResult.Good, "Name", draft.Count > 1 ? $"{name}-1 to {name}-{draft.Count}" : "free in this project");
    }

    private static CheckLine Setting(IGrouping<LaunchField, (LaunchField Field, string Words)> errors)
    {
        var what = errors.Key switch
        {
            LaunchField.Environment => "Environment can't be read",
            LaunchField.WorkingDirectory => "Working directory can't be used",
            LaunchField.Entrypoint => "Entrypoint can't be read",
            _ => "Command can't be read",
        };
        var all = errors.ToList();
        return new(CheckResult.Bad, what, all.Count == 1 ? all[0].Words : $"{all[0].Words} And {all.Count - 1} more.", Go(errors.Key, "Go there"));
    }

    private static CheckFix Go(LaunchField field, string words) => new(words) { Field = field };

    private static CheckFix Use(Flavor flavor) => new($"Use {flavor.Name}") { FlavorId = flavor.Id };
}
