using Dashboard.Approvals;
using Dashboard.Components;
using Dashboard.Hosts;
using Dashboard.Images;
using Dashboard.Instances;

namespace Dashboard.Overview;

/// <summary>What needs a look, worst first, each with the one useful action.</summary>
internal static class OverviewAttention
{
    private const int MostInstances = 20;

    /// <param name="facts">Null until they are there.</param>
    /// <param name="link">Null until the instances are there.</param>
    public static IReadOnlyList<Attention> Of(OverviewFacts? facts, IReadOnlyList<InstanceView> instances, HostLink? link, Viewer viewer, DateTimeOffset now)
    {
        var all = new List<Attention>();
        if (facts?.Hosts is { } hosts)
        {
            all.AddRange(Hosts(hosts));
        }
        else if (link is { Live: false, Why: { } why })
        {
            all.Add(new(StateKind.Unknown, "States may be late.", $"{why} Nova is asked instead, and does not know how a process ended."));
        }

        var troubled = Troubles.Strip(instances);
        all.AddRange(troubled.Take(MostInstances));
        if (troubled.Count > MostInstances)
        {
            all.Add(new(StateKind.Failed, $"{troubled.Count - MostInstances} more instances need a look.", null, "Show them", "/instances?state=look"));
        }

        if (facts is not null)
        {
            all.AddRange(Images(facts.Images, viewer, now));
        }

        return [.. all.OrderBy(a => a.Kind switch { StateKind.Error => 0, StateKind.Failed => 1, _ => 2 })];
    }

    /// <summary>What was looked at, for the line that says that all is well.</summary>
    public static string Watched(Viewer viewer) => viewer.IsAdministrator
        ? "No instance in error, none that ended badly, no image that waits for review; the services are up and the host answers."
        : "No instance in error, none that ended badly, no image of yours that was refused.";

    private static IEnumerable<Attention> Hosts(HostsFacts hosts)
    {
        const string Action = "Hosts & services";
        const string Href = "/hosts";
        foreach (var host in hosts.Hosts)
        {
            if (host.Silent is { } silent)
            {
                yield return new(StateKind.Error, hosts.Hosts.Count == 1 ? "The driver host is silent." : $"The driver host on {host.Name} is silent.", $"{silent} {hosts.Affected.GetValueOrDefault(host.Name)?.Words} What runs goes on; nothing starts or stops.", Action, Href);
            }
            else if (host.Record is { EngineAnswers: false })
            {
                yield return new(StateKind.Error, $"Docker on {host.Name} does not answer.", "Nothing starts or stops there until it does.", Action, Href);
            }
        }

        foreach (var service in hosts.Services.Where(s => s.State != "up"))
        {
            yield return new(StateKind.Error, $"{service.Binary} on {service.Host} is down.", "It has not spoken lately.", Action, Href);
        }

        foreach (var service in hosts.Takers.Where(s => s is { State: "up", Status: "disabled" }))
        {
            yield return new(StateKind.Failed, $"{service.Host} takes no new instances.", service.DisabledReason is { Length: > 0 } reason ? $"Disabled: {reason}" : "It is disabled.", Action, Href);
        }
    }

    private static IEnumerable<Attention> Images(IReadOnlyList<ImageView> images, Viewer viewer, DateTimeOffset now)
    {
        var waiting = images.Where(i => i.Approval.Standing == ApprovalStanding.Waiting && i.Image.Status == "active").OrderBy(i => i.Image.CreatedAt).ToList();
        if (viewer.IsAdministrator && waiting.Count > 0)
        {
            var oldest = waiting[0];
            var age = AgeWords.Of(oldest.Image.CreatedAt, now);
            yield return new(
                StateKind.Failed, waiting.Count == 1 ? $"{oldest.Name} waits for review." : $"{waiting.Count} images wait for review.",
                waiting.Count == 1 ? $"From {oldest.Owner}, {age} old." : $"The oldest, {oldest.Name} from {oldest.Owner}, is {age} old.", "Review", "/approvals");
        }
        else if (!viewer.IsAdministrator)
        {
            foreach (var image in images.Where(i => i.Image.Owner == viewer.ProjectId && i.Approval.Standing is ApprovalStanding.Rejected or ApprovalStanding.Revoked or ApprovalStanding.Changed))
            {
                yield return new(StateKind.Failed, $"{image.Name}: {image.Approval.Word.ToLowerInvariant()}.", image.Approval.Why, "Show it", $"/images/{image.Id}");
            }

            foreach (var image in waiting.Where(i => i.Image.Owner == viewer.ProjectId))
            {
                yield return new(StateKind.Starting, $"{image.Name} waits for review.", $"Since {AgeWords.Of(image.Image.CreatedAt, now)}. An administrator has to approve it before it boots.", "Show it", $"/images/{image.Id}");
            }
        }
    }
}
