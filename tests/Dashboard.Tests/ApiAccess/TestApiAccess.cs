using Dashboard.ApiAccess;
using Dashboard.Tests.Images;
using OpenStack.Keystone;

namespace Dashboard.Tests.ApiAccess;

/// <summary>A user's way in, with credentials in memory.</summary>
internal sealed class TestApiAccess : IApiAccess
{
    public ApiFacts Facts { get; set; } = new()
    {
        AuthUrl = new Uri("http://cloud.test:5000/identity/v3"),
        UserName = "lab-user",
        UserDomain = "Default",
        ProjectId = "p1",
        ProjectName = "genomics",
        ProjectDomain = "Default",
        Region = "RegionOne",
        Roles = ["member", "reader"],
        Endpoints = [new("compute", "nova", "http://cloud.test:5000/compute/v2.1", "RegionOne")],
    };

    public List<ApplicationCredential> Credentials { get; } = [];

    public Func<CancellationToken, Task>? OnList { get; set; }

    public Exception? Failure { get; set; }

    public DateTimeOffset? LastExpires { get; private set; }

    public CancellationToken LastToken { get; private set; }

    public async Task<IReadOnlyList<ApplicationCredential>> ListCredentialsAsync(CancellationToken cancellationToken)
    {
        LastToken = cancellationToken;
        if (OnList is not null)
        {
            await OnList(cancellationToken);
        }

        return [.. Credentials];
    }

    public Task<ApplicationCredential> CreateCredentialAsync(string name, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        LastExpires = expires;
        var made = new ApplicationCredential { Id = $"id-of-{name}", Name = name, ProjectId = "p1", ExpiresAt = expires, Roles = [new NamedRef("r1", "member")] };
        Credentials.Add(made);
        return Task.FromResult(made with { Secret = "s3cret-shown-once" });
    }

    public Task DeleteCredentialAsync(string id, CancellationToken cancellationToken)
    {
        Credentials.RemoveAll(c => c.Id == id);
        return Task.CompletedTask;
    }

    public TestApiAccess With(string name, DateTimeOffset? expires = null)
    {
        Credentials.Add(new ApplicationCredential { Id = $"id-of-{name}", Name = name, ProjectId = "p1", ExpiresAt = expires ?? TestImages.Now.AddDays(3), Roles = [new NamedRef("r1", "reader")] });
        return this;
    }
}
