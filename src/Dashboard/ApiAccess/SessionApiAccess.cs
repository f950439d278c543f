using System.Globalization;
using Dashboard.SignIn;
using OpenStack.Keystone;

namespace Dashboard.ApiAccess;

internal sealed class SessionApiAccess(DashboardSession session, CloudConnections connections) : IApiAccess
{
    public ApiFacts Facts => new()
    {
        AuthUrl = session.AuthUrl,
        UserName = session.User.Name,
        UserDomain = session.User.Domain.Name,
        ProjectId = session.Project.Id,
        ProjectName = session.Project.Name,
        ProjectDomain = session.Project.Domain.Name,
        Region = session.Region,
        Roles = session.Roles,
        Endpoints = [.. session.OpenStack.Body.Catalog
            .SelectMany(s => s.Endpoints.Where(e => e.Interface == "public").Select(e => new ApiEndpoint(s.Type, s.Name, e.Url, e.Region ?? e.RegionId)))
            .OrderBy(e => e.Type, StringComparer.Ordinal).ThenBy(e => e.Region, StringComparer.Ordinal)],
    };

    private IKeystoneApi Keystone => connections.Keystone.Api;

    private string Token => session.OpenStack.Token;

    public async Task<IReadOnlyList<ApplicationCredential>> ListCredentialsAsync(CancellationToken cancellationToken) =>
        [.. (await Keystone.ListApplicationCredentialsAsync(Token, session.User.Id, cancellationToken)).ApplicationCredentials
            .Where(c => c.ProjectId is null || c.ProjectId == session.Project.Id).OrderBy(c => c.Name, StringComparer.Ordinal)];

    public async Task<ApplicationCredential> CreateCredentialAsync(string name, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var request = new CreateApplicationCredential(name, ExpiresAt: expires?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture));
        return (await Keystone.CreateApplicationCredentialAsync(Token, session.User.Id, new CreateApplicationCredentialRequest(request), cancellationToken)).ApplicationCredential;
    }

    public Task DeleteCredentialAsync(string id, CancellationToken cancellationToken) => Keystone.DeleteApplicationCredentialAsync(Token, session.User.Id, id, cancellationToken);
}
