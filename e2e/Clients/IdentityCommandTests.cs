using EndToEnd.Product;

namespace EndToEnd.Clients;

/// <summary>The unmodified openstack client against the cloud's Keystone.</summary>
[Collection(ClientsCollection.Name)]
public sealed class IdentityCommandTests(ProductFixture fixture)
{
    [Fact]
    public async Task Catalog_list_names_the_three_services()
    {
        var types = (await fixture.OpenStackAsync("dashboard", "catalog", "list", "-f", "value", "-c", "Type")).Succeeded().Split('\n').Order();

        Assert.Equal(["compute", "identity", "image"], types);
    }

    [Fact]
    public async Task A_user_made_with_a_role_can_sign_in_and_a_stranger_can_not()
    {
        var name = $"user-{Guid.NewGuid():N}";
        (await fixture.OpenStackAsync("dashboard", "user", "create", "--password", "first-Secret", name)).Succeeded();
        (await fixture.OpenStackAsync("dashboard", "role", "add", "--user", name, "--project", "demo", "reader")).Succeeded();

        var known = await fixture.OpenStackAsync("dashboard-demo", "--os-username", name, "--os-password", "first-Secret", "token", "issue", "-f", "value", "-c", "project_id");
        var stranger = await fixture.OpenStackAsync("dashboard-demo", "--os-username", name, "--os-password", "wrong", "token", "issue");

        Assert.Equal(32, known.Succeeded().Length);
        Assert.Equal(1, stranger.ExitCode);
        Assert.Contains("The request you have made requires authentication. (HTTP 401)", stranger.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_may_not_list_users_of_others()
    {
        var seen = (await fixture.OpenStackAsync("dashboard-demo", "user", "list", "-f", "value", "-c", "Name")).Succeeded();

        Assert.Equal("demo", seen);
    }
}
