using OpenStack.Errors;
using OpenStack.Keystone;
using static System.Security.Cryptography.RandomNumberGenerator;

namespace Dashboard.SignIn;

/// <summary>Turns a user name and password into a session scoped to a project, or into the words why not.</summary>
internal sealed class SignInAttempt(CloudConnections connections, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RevokePatience = TimeSpan.FromSeconds(5);

    public Task<SignInResult> SignInAsync(string userName, string password, string domain, string? lastProjectId, CancellationToken cancellationToken) =>
        TryAsync(domain, impatient => FirstAsync(userName, password, domain, lastProjectId, impatient), cancellationToken);

    /// <summary>The same user in the same project with a new token, for as long as that lasts.</summary>
    public Task<SignInResult> RenewAsync(SignedInSession session, string password, CancellationToken cancellationToken) =>
        TryAsync(session.Body.User.Domain.Name, impatient => AgainAsync(session, password, impatient), cancellationToken);

    /// <summary>The same sign-in, another project.</summary>
    public async Task<SignedInSession> SwitchAsync(SignedInSession session, string projectId, CancellationToken cancellationToken)
    {
        var scoped = await connections.Keystone.SignInAsync(AuthRequest.Rescope(session.UnscopedToken, projectId), connections.Region, cancellationToken);
        return session with { Token = scoped.Token, Body = scoped.Body, Issued = [.. session.Issued, scoped.Token], Version = session.Version + 1 };
    }

    /// <summary>Gives the user a new password, which Keystone allows without a token to whoever knows the old one.</summary>
    /// <returns>Null when it is changed; else why not.</returns>
    public async Task<SignInResult?> ChangePasswordAsync(string userName, string password, string domain, string newPassword, CancellationToken cancellationToken)
    {
        var refusal = await SignInAsync(userName, password, domain, null, cancellationToken);
        if (refusal.Session is { } valid)
        {
            await RevokeAsync(valid.Issued, cancellationToken);
        }

        // Only a user whose password is right, but expired, is named by Keystone: nobody else can get here.
        var userId = refusal.Session?.Body.User.Id ?? refusal.ExpiredUserId;
        if (userId is null)
        {
            return refusal;
        }

        try
        {
            await connections.Keystone.Api.ChangePasswordAsync(userId, new ChangePassword(new NewPassword(newPassword, password)), cancellationToken);
            return null;
        }
        catch (OpenStackException refused)
        {
            return SignInWords.ExplainChange(refused);
        }
    }

    /// <summary>Revokes tokens, newest first. Best effort: a Keystone that is down must not keep anybody signed in.</summary>
    /// <returns>Null when all are revoked; else why not.</returns>
    public async Task<string?> RevokeAsync(IEnumerable<string> tokens, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(RevokePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        string? problem = null;
        foreach (var token in tokens.Reverse())
        {
            try
            {
                using var answer = await connections.Keystone.Api.RevokeTokenAsync(token, token, either.Token);
                problem = answer.Error?.InnerException is OpenStackException { StatusCode: not (System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.NotFound) } refused ? refused.Message : problem;
            }
            catch (OpenStackException failed)
            {
                problem = failed.Message;
            }
            catch (OperationCanceledException)
            {
                return "Keystone did not answer in time.";
            }
        }

        return problem;
    }

    private async Task<SignInResult> FirstAsync(string userName, string password, string domain, string? lastProjectId, CancellationToken cancellationToken)
    {
        var first = await connections.Keystone.SignInAsync(AuthRequest.Password(userName, password, domain), connections.Region, cancellationToken);
        var projects = (await connections.Keystone.Api.ListAuthProjectsAsync(first.Token, cancellationToken)).Projects.Where(p => p.Enabled).OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ToList();
        var wanted = projects.Find(p => p.Id == lastProjectId)?.Id ?? first.Body.Project?.Id ?? projects.FirstOrDefault()?.Id;
        if (wanted is null)
        {
            await RevokeAsync([first.Token], cancellationToken);
            return new(null, SignInFailure.NoProject, $"{userName} is a user of this cloud but has no project to work in. Ask an operator for a role in a project.");
        }

        if (first.Body.Project?.Id == wanted)
        {
            return new(new SignedInSession(NewId(), first.Token, first.Body, first.Token, [first.Token]), null, null);
        }

        var scoped = await connections.Keystone.SignInAsync(AuthRequest.Rescope(first.Token, wanted), connections.Region, cancellationToken);
        return new(new SignedInSession(NewId(), scoped.Token, scoped.Body, first.Token, [first.Token, scoped.Token]), null, null);
    }

    private async Task<SignInResult> AgainAsync(SignedInSession session, string password, CancellationToken cancellationToken)
    {
        var first = await connections.Keystone.SignInAsync(AuthRequest.PasswordById(session.Body.User.Id, password), connections.Region, cancellationToken);
        var scoped = await connections.Keystone.SignInAsync(AuthRequest.Rescope(first.Token, session.Body.Project!.Id), connections.Region, cancellationToken);
        return new(session with { Token = scoped.Token, Body = scoped.Body, UnscopedToken = first.Token, Issued = [.. session.Issued, first.Token, scoped.Token], Version = session.Version + 1 }, null, null);
    }

    // A Keystone that accepts the call and then says nothing is as down as one that refuses it.
    private async Task<SignInResult> TryAsync(string domain, Func<CancellationToken, Task<SignInResult>> attempt, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await attempt(either.Token);
        }
        catch (OpenStackException refused)
        {
            return SignInWords.Explain(refused, domain);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SignInWords.Silent;
        }
    }

    private static string NewId() => Convert.ToBase64String(GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
