using System.Text.Json;
using Cloud.Http;
using Cloud.Keystone.Identity;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Tokens;

/// <summary>Reads the body of <c>POST /v3/auth/tokens</c>, checks who asks and for what, and issues the token.</summary>
internal sealed class Authenticator(IDbContextFactory<CloudDb> factory, Passwords passwords, TokenStore tokens)
{
    private const string Refusal = "The request you have made requires authentication.";

    private sealed record Proof(UserRow User, DateTime? NotAfter = null, ApplicationCredentialRow? Credential = null);

    public async Task<(string Token, TokenFacts Facts)> AuthenticateAsync(JsonElement auth, CancellationToken cancellationToken)
    {
        var identity = auth.Member("identity") ?? throw CloudFailure.Invalid("Expecting to find identity in auth. It must be a JSON object.");
        var methods = identity.Items("methods").Select(m => m.GetString() ?? "").ToList();
        if (methods.Count == 0)
        {
            throw CloudFailure.Invalid("Expecting to find methods in identity: password, token or application_credential.");
        }

        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        Proof? proof = null;
        foreach (var method in methods)
        {
            var body = identity.Member(method) ?? throw CloudFailure.Invalid($"Expecting to find {method} in identity.");
            var next = method switch
            {
                "password" => await ByPasswordAsync(db, body, cancellationToken),
                "token" => await ByTokenAsync(body, cancellationToken),
                "application_credential" => await ByApplicationCredentialAsync(db, body, cancellationToken),
                _ => throw new CloudFailure(FailureKind.Unauthorized, $"Attempted to authenticate with an unsupported method: {method}."),
            };
            proof = proof is null || proof.User.Id == next.User.Id ? next : throw new CloudFailure(FailureKind.Unauthorized, Refusal);
        }

        var (projectId, domainId) = await ScopeAsync(db, auth, proof!, cancellationToken);
        try
        {
            return await tokens.IssueAsync(proof!.User.Id, projectId, domainId, methods.Distinct(), proof.NotAfter, proof.Credential?.Id, cancellationToken);
        }
        catch (CloudFailure refused) when (refused.Kind == FailureKind.Unauthorized && projectId is not null)
        {
            throw new CloudFailure(FailureKind.Unauthorized, $"User {proof!.User.Id} has no access to project {projectId}");
        }
    }

    private async Task<Proof> ByPasswordAsync(CloudDb db, JsonElement body, CancellationToken cancellationToken)
    {
        var user = body.Member("user") ?? throw CloudFailure.Invalid("Expecting to find user in password.");
        var password = user.Text("password") ?? throw CloudFailure.Invalid("Expecting to find password in user.");
        return new Proof(await passwords.CheckAsync(await FindUserAsync(db, user, cancellationToken), password, cancellationToken));
    }

    private async Task<Proof> ByTokenAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var facts = await tokens.FindFactsAsync(body.RequiredText("id", 4096), cancellationToken) ?? throw new CloudFailure(FailureKind.Unauthorized, Refusal);
        return facts.Row.ApplicationCredentialId is null
            ? new Proof(facts.User, facts.Row.ExpiresAt)
            : throw CloudFailure.Forbidden("A token of an application credential can't be rescoped.");
    }

    private async Task<Proof> ByApplicationCredentialAsync(CloudDb db, JsonElement body, CancellationToken cancellationToken)
    {
        var secret = body.Text("secret") ?? throw CloudFailure.Invalid("Expecting to find secret in application_credential.");
        ApplicationCredentialRow? credential = null;
        if (body.Text("id") is { } id)
        {
            credential = await db.Set<ApplicationCredentialRow>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken);
        }
        else if (body.Text("name") is { } name && body.Member("user") is { } owner && await FindUserAsync(db, owner, cancellationToken) is { } user)
        {
            credential = await db.Set<ApplicationCredentialRow>().AsNoTracking().FirstOrDefaultAsync(c => c.UserId == user.Id && c.Name == name, cancellationToken);
        }

        if (credential is null || !Passwords.Verify(credential.SecretHash, secret) || credential.ExpiresAt <= tokens.Now)
        {
            throw new CloudFailure(FailureKind.Unauthorized, Refusal);
        }

        var bearer = await db.Set<UserRow>().AsNoTracking().FirstAsync(u => u.Id == credential.UserId, cancellationToken);
        return new Proof(bearer, credential.ExpiresAt, credential);
    }

    private static async Task<UserRow?> FindUserAsync(CloudDb db, JsonElement user, CancellationToken cancellationToken)
    {
        if (user.Text("id") is { } id)
        {
            return await db.Set<UserRow>().AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken);
        }

        var name = user.Text("name") ?? throw CloudFailure.Invalid("Expecting to find id or name in user.");
        var domain = await FindDomainAsync(db, user.Member("domain") ?? throw CloudFailure.Invalid("Expecting to find domain in user, since it is named by name."), cancellationToken);
        return domain is null ? null : await db.Set<UserRow>().AsNoTracking().FirstOrDefaultAsync(u => u.DomainId == domain.Id && u.Name == name, cancellationToken);
    }

    private static Task<DomainRow?> FindDomainAsync(CloudDb db, JsonElement domain, CancellationToken cancellationToken)
    {
        var (id, name) = (domain.Text("id"), domain.Text("name"));
        return db.Set<DomainRow>().AsNoTracking().FirstOrDefaultAsync(d => id != null ? d.Id == id : d.Name == name, cancellationToken);
    }

    private static async Task<(string? ProjectId, string? DomainId)> ScopeAsync(CloudDb db, JsonElement auth, Proof proof, CancellationToken cancellationToken)
    {
        if (proof.Credential is { } credential)
        {
            return auth.Has("scope") && auth.Member("scope") is not null
                ? throw new CloudFailure(FailureKind.Unauthorized, "An application credential has its scope; leave scope out.")
                : (credential.ProjectId, null);
        }

        if (auth.Member("scope") is not { ValueKind: JsonValueKind.Object } scope || scope.Has("unscoped"))
        {
            // Keystone scopes to the user's default project when nothing is asked for.
            var usable = auth.Member("scope") is null && proof.User.DefaultProjectId is { } preferred
                && await db.Set<AssignmentRow>().AnyAsync(a => a.UserId == proof.User.Id && a.TargetKind == "project" && a.TargetId == preferred, cancellationToken);
            return (usable ? proof.User.DefaultProjectId : null, null);
        }

        if (scope.Member("project") is { } project)
        {
            var (id, name) = (project.Text("id"), project.Text("name"));
            var home = id is null && project.Member("domain") is { } domain ? await FindDomainAsync(db, domain, cancellationToken) : null;
            var row = await db.Set<ProjectRow>().AsNoTracking().FirstOrDefaultAsync(p => id != null ? p.Id == id : p.Name == name && home != null && p.DomainId == home.Id, cancellationToken);
            return row is null ? throw new CloudFailure(FailureKind.Unauthorized, Refusal) : (row.Id, null);
        }

        if (scope.Member("domain") is { } wanted)
        {
            var row = await FindDomainAsync(db, wanted, cancellationToken);
            return row is null ? throw new CloudFailure(FailureKind.Unauthorized, Refusal) : (null, row.Id);
        }

        throw CloudFailure.Invalid("Expecting to find project, domain or unscoped in scope. System scope is not offered by this cloud.");
    }
}
