using System.Net;
using OpenStack.Errors;
using OpenStack.Keystone;
using TestKit;

namespace OpenStack.Tests.Protocol;

public sealed class KeystoneProtocolTests
{
    private static readonly AuthRequest Person = AuthRequest.Password("person", "correct horse", "Default", "web");

    private static readonly (string, string)[] Names = [("text:user", "person"), ("text:password", "correct horse"), ("text:project", "web")];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_SendsAndReadsTheSample()
    {
        var (sample, cloud) = Stub("token-create", Names);

        var session = await cloud.Keystone.SignInAsync(Person, "RegionOne", Cancelled);

        cloud.AssertRequest();
        Assert.Equal(sample["text"], session.Token);
        Assert.Equal((sample["id:user"], "person", sample["id:project"]), (session.Body.User.Id, session.Body.User.Name, session.Body.Project?.Id));
        Assert.Equal(["member", "reader"], session.Body.Roles.Select(r => r.Name));
        Assert.Equal(new Uri("http://cloud.test/compute/v2.1"), session.Endpoint("compute"));
    }

    [Fact]
    public async Task SignIn_Refused_GivesKeystonesWords()
    {
        var (_, cloud) = Stub("token-refused", Names);

        var refused = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Keystone.SignInAsync(Person, null, Cancelled));

        cloud.AssertRequest();
        Assert.Equal((HttpStatusCode.Unauthorized, "The request you have made requires authentication."), (refused.StatusCode, refused.Message));
    }

    [Fact]
    public async Task ValidateToken_SendsAndReadsTheSample()
    {
        var (_, cloud) = Stub("token-validate", ("text:token", "mine"), ("text:subject", "theirs"));

        using var answer = await cloud.Keystone.Api.ValidateTokenAsync("mine", "theirs", Cancelled);

        cloud.AssertRequest();
        Assert.Equal(["member", "reader"], answer.Content!.Token.Roles.Select(r => r.Name));
    }

    [Fact]
    public async Task RevokeToken_SendsTheSample()
    {
        var (_, cloud) = Stub("token-revoke", ("text:token", "mine"), ("text:subject", "mine"));

        using var answer = await cloud.Keystone.Api.RevokeTokenAsync("mine", "mine", Cancelled);

        cloud.AssertRequest();
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task ListAuthProjects_SendsAndReadsTheSample()
    {
        var (sample, cloud) = Stub("auth-projects", ("text:token", "mine"), ("text:project", "web"));

        var project = Assert.Single((await cloud.Keystone.Api.ListAuthProjectsAsync("mine", Cancelled)).Projects);

        cloud.AssertRequest();
        Assert.Equal((sample["id:project"], "web", "default", true), (project.Id, project.Name, project.DomainId, project.Enabled));
    }

    [Fact]
    public async Task ListUsers_SendsAndReadsTheSample()
    {
        var (sample, cloud) = Stub("users", ("text:token", "mine"), ("text:user", "person"));

        var user = Assert.Single((await cloud.Keystone.Api.ListUsersAsync("mine", Cancelled)).Users);

        cloud.AssertRequest();
        Assert.Equal((sample["id:user"], "person"), (user.Id, user.Name));
    }

    private static (Sample Sample, StubCloud Cloud) Stub(string name, params (string, string)[] values)
    {
        var sample = Sample.Read($"keystone/{name}", values);
        return (sample, new StubCloud("identity", sample));
    }
}
