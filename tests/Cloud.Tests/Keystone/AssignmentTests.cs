using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Keystone;

public sealed class AssignmentTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Theory]
    [InlineData("project")]
    [InlineData("domain")]
    public async Task Grant_OnATarget_IsListedCheckedAndTaken(string kind)
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        var role = await RoleAsync(admin, "admin");
        var grants = $"/identity/v3/{kind}s/{(kind == "project" ? tenant.ProjectId : "default")}/users/{tenant.UserId}/roles";

        var before = await admin.CallAsync("HEAD", $"{grants}/{role}");
        var granted = await admin.PutAsync($"{grants}/{role}");
        var again = await admin.PutAsync($"{grants}/{role}");
        var listed = await admin.ReadAsync(grants);
        var there = await admin.CallAsync("HEAD", $"{grants}/{role}");
        var taken = await admin.RemoveAsync($"{grants}/{role}");
        var after = await admin.RemoveAsync($"{grants}/{role}");

        Assert.Equal(
            (HttpStatusCode.NotFound, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NotFound),
            (before.Status, granted.Status, again.Status, there.Status, taken.Status, after.Status));
        Assert.Contains("admin", listed.Each("roles", "name"));
    }

    [Theory]
    [InlineData("admin", "admin,member,reader")]
    [InlineData("member", "member,reader")]
    [InlineData("reader", "reader")]
    public async Task Role_Granted_BringsThoseItImplies(string role, string effective)
    {
        var tenant = await cloud.NewTenantAsync(role);
        using var client = cloud.Anonymous();

        var token = await client.PostAsync("/identity/v3/auth/tokens", CloudFixture.PasswordAuth(tenant.Name, tenant.Password, tenant.Name));

        Assert.Equal(effective, string.Join(',', token.At("token", "roles").EnumerateArray().Select(r => r.GetProperty("name").GetString()).Order()));
    }

    [Fact]
    public async Task Inferences_SayWhichRoleImpliesWhich()
    {
        using var admin = await cloud.AdminAsync();

        var answer = await admin.ReadAsync("/identity/v3/role_inferences");

        var pairs = answer.At("role_inferences").EnumerateArray().Select(i => $"{i.GetProperty("prior_role").GetProperty("name")}>{i.GetProperty("implies")[0].GetProperty("name")}");
        Assert.Equal(["admin>member", "member>reader"], pairs.Order());
    }

    [Fact]
    public async Task Assignments_WithNames_SayWhoHasWhatWhere()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();

        var answer = await admin.ReadAsync($"/identity/v3/role_assignments?user.id={tenant.UserId}&include_names");

        var assignment = Assert.Single(answer.At("role_assignments").EnumerateArray());
        Assert.Equal("member", assignment.GetProperty("role").GetProperty("name").GetString());
        Assert.Equal(tenant.Name, assignment.GetProperty("user").GetProperty("name").GetString());
        Assert.Equal(tenant.Name, assignment.GetProperty("scope").GetProperty("project").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Assignments_OfOthers_AreForbiddenForAMember()
    {
        var (mine, theirs) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());

        var own = await mine.Client.ReadAsync($"/identity/v3/role_assignments?user.id={mine.UserId}");
        var foreign = await mine.Client.ReadAsync($"/identity/v3/role_assignments?user.id={theirs.UserId}");
        var all = await mine.Client.ReadAsync("/identity/v3/role_assignments");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (own.Status, foreign.Status, all.Status));
    }

    [Fact]
    public async Task Grant_ToOneself_IsNotAMembersToMake()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        var role = await RoleAsync(admin, "admin");

        var answer = await tenant.Client.PutAsync($"/identity/v3/projects/{tenant.ProjectId}/users/{tenant.UserId}/roles/{role}");

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Theory]
    [InlineData("user")]
    [InlineData("project")]
    [InlineData("role")]
    public async Task Grant_OfWhatIsNotThere_IsNotFound(string missing)
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        var role = await RoleAsync(admin, "reader");

        var answer = await admin.PutAsync(
            $"/identity/v3/projects/{Or("project", tenant.ProjectId)}/users/{Or("user", tenant.UserId)}/roles/{Or("role", role)}");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal($"Could not find {missing}: nothing.", answer.TextAt("error", "message"));

        string Or(string what, string id) => what == missing ? "nothing" : id;
    }

    [Fact]
    public async Task Project_Deleted_TakesItsAssignmentsAlong()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();

        (await admin.RemoveAsync($"/identity/v3/projects/{tenant.ProjectId}")).Expect(HttpStatusCode.NoContent);

        Assert.Empty((await admin.ReadAsync($"/identity/v3/role_assignments?user.id={tenant.UserId}")).At("role_assignments").EnumerateArray());
    }

    [Fact]
    public async Task ProjectsOfAUser_AreThoseWithARole()
    {
        var tenant = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        await CloudFixture.CreateAsync(admin, "project", new JsonObject { ["name"] = $"{tenant.Name}-without" });

        var answer = await tenant.Client.ReadAsync($"/identity/v3/users/{tenant.UserId}/projects");

        Assert.Equal([tenant.Name], answer.Each("projects", "name"));
    }

    private static async Task<string> RoleAsync(HttpClient admin, string name) => (await admin.ReadAsync($"/identity/v3/roles?name={name}")).TextAt("roles", "0", "id")!;
}
