using Dashboard.Hosts;
using OpenStack.Errors;
using OpenStack.Nova;
using NovaAction = OpenStack.Nova.InstanceAction;

namespace Dashboard.Instances;

/// <summary>Gathers what explains a failure. What a service keeps from the viewer is missing, and the rest still says something.</summary>
internal sealed class FailureReader(IInstanceCloud cloud, IHostsCloud hosts, TimeProvider time)
{
    public async Task<Explanation?> ReadAsync(Server server, CancellationToken cancellationToken)
    {
        var action = ActionAsync(server.Id, cancellationToken);
        // Null for who may not know.
        var services = cloud.Viewer.IsAdministrator ? await hosts.TryGetAsync(cancellationToken) : null;
        var scheduling = services is null ? Scheduling.None : await hosts.GetSchedulingAsync(cancellationToken);
        return WhyFailed.Of(new FailureFacts(server, await action, services, scheduling), time.GetUtcNow());
    }

    private async Task<NovaAction?> ActionAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var actions = (await cloud.Nova.ListActionsAsync(id, cancellationToken)).Actions.OrderByDescending(a => a.StartTime).ToList();
            return (actions.Find(a => a.Message is not null) ?? actions.FirstOrDefault()) is { } newest ? (await cloud.Nova.GetActionAsync(id, newest.RequestId, cancellationToken)).Action : null;
        }
        catch (OpenStackException)
        {
            // The fault alone says something, too.
            return null;
        }
    }
}
