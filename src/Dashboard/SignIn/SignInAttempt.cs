using System.Net;
using OpenStack.Errors;
using OpenStack.Keystone;
using static System.Security.Cryptography.RandomNumberGenerator;

namespace Dashboard.SignIn;

/// <summary>Turns a user name and password into a session scoped to a project, or into the words why not.</summary>
internal sealed class SignInAttempt(CloudConnections connections)
{
    public async Task<SignInResult> SignInAsync(string userName, string password, string domain, string? lastProjectId, CancellationToken cancellationToken)
    {
        try
        {
            var first = await connections.Keystone.SignInAsync(AuthRequest.Password(userName, password, domain), connections.Region, cancellationToken);
            var projects = (await connections.Keystone.Api.ListAuthProjectsAsync(first.Token, cancellationToken)).Projects.Where(p => p.Enabled).OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ToList();
            var wanted = projects.Find(p => p.Id == lastProjectId)?.Id ?? first.Body.Project?.Id ?? projects.FirstOrDefault()?.Id;
            if (wanted is null)
            {
                return new(null, SignInFailure.NoProject, $"{userName} is a user of this cloud but has no project to work in. Ask an operator for a role in a project.");
            }

            if (first.Body.Project?.Id == wanted)
            {
                return new(new SignedInSession(NewId(), first.Token, first.Body, first.Token, [first.Token]), null, null);
            }

            var scoped = await connections.Keystone.SignInAsync(AuthRequest.Rescope(first.Token, wanted), connections.Region, cancellationToken);
            return new(new SignedInSession(NewId(), scoped.Token, scoped.Body, first.Token, [first.Token, scoped.Token]), null, null);
        }
        catch (OpenStackException refused)
        {
            return Explain(refused);
        }
    }

    /// <summary>The same sign-in, another project.</summary>
    public async Task<SignedInSession> SwitchAsync(SignedInSession session, string projectId, CancellationToken cancellationToken)
    {
        var scoped = await connections.Keystone.SignInAsync(AuthRequest.Rescope(session.UnscopedToken, projectId), connections.Region, cancellationToken);
        return session with { Token = scoped.Token, Body = scoped.Body, Issued = [.. session.Issued, scoped.Token] };
    }

    /// <summary>Revokes every token of the sign-in. Best effort: a Keystone that is down must not keep anybody signed in.</summary>
    public async Task RevokeAsync(SignedInSession session, ILogger logger, CancellationToken cancellationToken)
    {
        foreach (var token in session.Issued.Reverse())
        {
            try
            {
                using var answer = await connections.Keystone.Api.RevokeTokenAsync(token, token, cancellationToken);
            }
            catch (OpenStackException failed)
            {
                SignInLog.RevokeFailed(logger, session.Body.User.Name, failed.Message);
            }
        }
    }

    // Keystone says 401 for all of these; only its words tell them apart.
    private static SignInResult Explain(OpenStackException refused) => refused switch
    {
        { Unreachable: true } => new(null, SignInFailure.KeystoneDown, "Keystone, the cloud's identity service, does not answer. Your name and password were not checked. Try again in a minute, or tell an operator."),
        { StatusCode: HttpStatusCode.Unauthorized } when Says(refused, "locked") => new(null, SignInFailure.Locked, "The account is locked after too many wrong passwords. Wait some minutes, or ask an operator to unlock it."),
        { StatusCode: HttpStatusCode.Unauthorized } when Says(refused, "expired") => new(null, SignInFailure.PasswordExpired, "The password has expired. Change it with \"openstack user password set\", or ask an operator for a new one."),
        { StatusCode: HttpStatusCode.Unauthorized } when Says(refused, "disabled") => new(null, SignInFailure.Disabled, "The account is switched off. Ask an operator to switch it on."),
        { StatusCode: HttpStatusCode.Unauthorized } => new(null, SignInFailure.WrongCredentials, "Keystone did not accept this user and password. Check both, then try again."),
        { StatusCode: HttpStatusCode.TooManyRequests } => new(null, SignInFailure.KeystoneDown, "Keystone takes no more sign-ins right now. Wait a minute, then try again."),
        _ => new(null, SignInFailure.KeystoneDown, $"Keystone could not check the sign-in: {refused.Message} Try again in a minute, or tell an operator{(refused.RequestId is null ? "" : $" (request {refused.RequestId})")}."),
    };

    private static bool Says(OpenStackException refused, string word) => refused.Message.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static string NewId() => Convert.ToBase64String(GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

internal enum SignInFailure
{
    WrongCredentials,
    Locked,
    PasswordExpired,
    Disabled,
    KeystoneDown,
    NoProject,
    TooMany,
}

/// <param name="Session">Null when it failed.</param>
/// <param name="Words">What, why, what to do.</param>
internal sealed record SignInResult(SignedInSession? Session, SignInFailure? Failure, string? Words);
