using System.Net;
using System.Text.Json;
using Dashboard.Launch;
using Dashboard.SignIn;
using Dashboard.Store;
using DriverHost.Client;

namespace Dashboard.Terminal;

/// <summary>The desk of the signed-in user: the driver host with the user's own token, choices in the dashboard's books.</summary>
internal sealed class SessionTerminalDesk(DashboardSession session, UserPreferences preferences) : ITerminalDesk
{
    private const string Role = "terminal";

    public bool MayUse(string? projectId) => session.IsAdministrator || session.Project.Id == projectId && session.Roles.Contains(Role);

    public string GrantCommand(string? projectId) => $"openstack role add --user {session.User.Id} --project {ShellWords.Quote(projectId ?? session.Project.Id)} {Role}";

    public async Task<TerminalRecord[]> ListAsync(string instanceId, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).ListTerminalsAsync(instanceId, cancellationToken);

    public async Task<TerminalRecord> OpenAsync(string instanceId, TerminalRequest request, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).OpenTerminalAsync(instanceId, request, cancellationToken);

    public async Task<bool> AreRecordedAsync(string instanceId, CancellationToken cancellationToken) =>
        (await (await session.Hosts.OfAsync(instanceId, cancellationToken)).ListRecordingsAsync(instanceId, cancellationToken)).On;

    public async Task CloseAsync(string instanceId, string terminalId, CancellationToken cancellationToken)
    {
        try
        {
            await (await session.Hosts.OfAsync(instanceId, cancellationToken)).CloseTerminalAsync(instanceId, terminalId, cancellationToken);
        }
        catch (DriverHostException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            // It ended by itself.
        }
    }

    public async Task<TerminalChoice> ReadChoiceAsync(string? imageId, CancellationToken cancellationToken) =>
        await preferences.ReadAsync(session.User.Id, NameOf(imageId), cancellationToken) is { } kept ? JsonSerializer.Deserialize<TerminalChoice>(kept)! : new TerminalChoice();

    public Task KeepChoiceAsync(string? imageId, TerminalChoice choice, CancellationToken cancellationToken) =>
        preferences.WriteAsync(session.User.Id, NameOf(imageId), JsonSerializer.Serialize(choice), cancellationToken);

    private static string NameOf(string? imageId) => $"terminal:{imageId}";
}
