using System.Net;
using Dashboard.SignIn;
using DriverHost.Client;
using OpenStack.Errors;
using OpenStack.Nova;

namespace Dashboard.Hosts;

internal sealed class SessionHostsCloud(DashboardSession session) : IHostsCloud
{
    public async Task<HostsFacts> GetAsync(CancellationToken cancellationToken)
    {
        var services = session.Nova.ListServicesAsync(cancellationToken);
        var host = HostAsync(cancellationToken);
        await Task.WhenAll(services, host);
        var (record, silent) = await host;
        return new HostsFacts([.. (await services).Services.OrderBy(s => s.Host, StringComparer.Ordinal).ThenBy(s => s.Binary, StringComparer.Ordinal)], record, silent);
    }

    public async Task<HostsFacts?> TryGetAsync(CancellationToken cancellationToken)
    {
        if (!session.IsAdministrator)
        {
            return null;
        }

        try
        {
            return await GetAsync(cancellationToken);
        }
        catch (OpenStackException refused) when (refused.StatusCode == HttpStatusCode.Forbidden)
        {
            // A cloud may keep its services from project administrators.
            return null;
        }
    }

    public Task DisableAsync(string serviceId, string reason, CancellationToken cancellationToken) =>
        session.Nova.UpdateServiceAsync(serviceId, new UpdateService("disabled", reason), cancellationToken);

    public Task EnableAsync(string serviceId, CancellationToken cancellationToken) => session.Nova.UpdateServiceAsync(serviceId, new UpdateService("enabled"), cancellationToken);

    // Nova's services are shown all the same when the driver host is silent.
    private async Task<(HostRecord? Record, string? Silent)> HostAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await session.DriverHost.GetHostAsync(cancellationToken), null);
        }
        catch (DriverHostException failed)
        {
            return (null, failed.Message);
        }
    }
}
