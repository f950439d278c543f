using System.Net;
using Dashboard.SignIn;
using DriverHost.Client;

namespace Dashboard.Alerts;

/// <summary>The desk of the signed-in user: the driver host with the user's own token.</summary>
internal sealed class SessionAlertDesk(DashboardSession session) : IAlertDesk
{
    private const int MostFirings = 50;

    public async Task<AlertBook> ReadAsync(string instanceId, CancellationToken cancellationToken)
    {
        var host = await session.Hosts.OfAsync(instanceId, cancellationToken);
        var rules = host.ListAlertsAsync(instanceId, cancellationToken);
        var firings = host.ListFiringsAsync(instanceId, MostFirings, cancellationToken);
        await Task.WhenAll(rules, firings);
        return new AlertBook(await rules, await firings);
    }

    public async Task<AlertPreview> PreviewAsync(string instanceId, AlertRuleSpec spec, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).PreviewAlertAsync(instanceId, spec, cancellationToken);

    public async Task<AlertRule> CreateAsync(string instanceId, AlertRuleSpec spec, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).CreateAlertAsync(instanceId, spec, cancellationToken);

    public async Task DeleteAsync(string instanceId, string ruleId, CancellationToken cancellationToken)
    {
        try
        {
            await (await session.Hosts.OfAsync(instanceId, cancellationToken)).DeleteAlertAsync(instanceId, ruleId, cancellationToken);
        }
        catch (DriverHostException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            // Somebody else deleted it: that is what was wanted.
        }
    }

    public async Task<string?> FindLineAsync(string instanceId, string cursor, CancellationToken cancellationToken) =>
        (await (await session.Hosts.OfAsync(instanceId, cancellationToken)).FindLineAsync(instanceId, cursor, cancellationToken))?.Text;
}
