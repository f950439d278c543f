using Dashboard.Approvals;
using Dashboard.Images;
using OpenStack.Glance;

namespace Dashboard.Instances;

/// <summary>Turns facts into views. A view is made anew only when its facts are, so that an unchanged row is not drawn again.</summary>
internal sealed class InstanceViews(TimeProvider time)
{
    private readonly Dictionary<string, (InstanceFacts Facts, HostLink Link, Image? Image, InstanceView View)> _made = new(StringComparer.Ordinal);

    /// <summary>The project's. An administrator's pages may look at those of others, too: they are in no list.</summary>
    public IReadOnlyList<InstanceView> Of(LiveState state, Viewer viewer)
    {
        foreach (var id in _made.Keys.Where(id => !state.Instances.ContainsKey(id)).ToArray())
        {
            _made.Remove(id);
        }

        return [.. state.Instances.Values.Where(facts => facts.Server.TenantId == viewer.ProjectId).Select(facts => Of(facts, state, viewer))];
    }

    public InstanceView Of(InstanceFacts facts, LiveState state, Viewer viewer)
    {
        var link = state.Links.Of(facts.Server, facts.HostName);
        var image = facts.Server.Image is { } reference ? state.Images.GetValueOrDefault(reference.Id) : null;
        var awaited = image is null && !state.Whole;
        if (_made.TryGetValue(facts.Id, out var made) && ReferenceEquals(made.Facts, facts) && Same(made.Link, link) && ReferenceEquals(made.Image, image) && made.View.ImageAwaited == awaited)
        {
            return made.View;
        }

        var standing = Standings.Of(facts, link);
        var doing = Standings.StillDoing(facts.Server, standing.Phase);
        var view = new InstanceView
        {
            Facts = facts,
            Standing = standing,
            Link = link,
            Actions = ActionRules.Offers(doing is null ? standing.Phase : Phase.Busy, doing ?? standing.Word, facts.Server.Locked, facts.Server.LockedReason, viewer),
            Image = image,
            ImageAwaited = awaited,
            Approval = image is null ? null : ApprovalState.Of(image, time.GetUtcNow()),
        };
        _made[facts.Id] = (facts, link, image, view);
        return view;
    }

    // While the events come, each one moves the time of the last word; it is shown only when they stop.
    private static bool Same(HostLink one, HostLink other) => one.Live == other.Live && (one.Live || one.HeardAt == other.HeardAt);
}
