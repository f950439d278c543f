using System.Net;

namespace Cloud.Tests.Keystone;

public sealed class BootstrapTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Theory]
    [InlineData("admin")]
    [InlineData("demo")]
    [InlineData("nova")]
    [InlineData("driver-host")]
    public void FirstStart_MakesASecretForEachUser_ReadableByTheOwnerAlone(string user)
    {
        var file = Path.Combine(cloud.DataPath, "secrets", $"{user}.password");

        var secret = cloud.Secret(user);

        Assert.True(secret.Length >= 24);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Theory]
    [InlineData("openrc")]
    [InlineData("clouds.yaml")]
    public void FirstStart_WritesTheClientFiles_ReadableByTheOwnerAlone(string name)
    {
        var file = Path.Combine(cloud.DataPath, name);

        var text = File.ReadAllText(file);

        Assert.Contains(cloud.Secret("admin"), text, StringComparison.Ordinal);
        Assert.Contains($"{cloud.Url.ToString().TrimEnd('/')}/identity/v3", text, StringComparison.Ordinal);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
    }

    [Fact]
    public void FirstStart_KeepsTheBooksFromOtherUsers()
    {
        var books = Directory.GetFiles(cloud.DataPath, "cloud.db*");

        Assert.Contains(Path.Combine(cloud.DataPath, "cloud.db-wal"), books);
        Assert.All(books, file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
    }

    [Theory]
    [InlineData("admin", "admin", "admin,member,reader")]
    [InlineData("demo", "demo", "member,reader")]
    [InlineData("nova", "service", "service")]
    [InlineData("driver-host", "service", "service")]
    public async Task SignIn_AsAUserOfTheFirstStart_HasItsEffectiveRoles(string user, string project, string roles)
    {
        using var client = cloud.Anonymous();

        var answer = await client.PostAsync("/identity/v3/auth/tokens", CloudFixture.PasswordAuth(user, cloud.Secret(user), project));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(roles, string.Join(',', answer.At("token", "roles").EnumerateArray().Select(r => r.GetProperty("name").GetString()).Order()));
    }

    [Fact]
    public async Task SecondStart_ChangesNoSecretAndNoId()
    {
        await using var own = await CloudFixture.StartAsync();
        var secret = own.Secret("admin");
        var before = await ProjectsAsync(own);

        await own.RestartAsync();

        Assert.Equal(secret, own.Secret("admin"));
        Assert.Equal(before, await ProjectsAsync(own));
    }

    [Fact]
    public async Task Start_OnADataFolderWithoutTheRoleForTerminals_MakesItAndGivesItToNobody()
    {
        await using var own = await CloudFixture.StartAsync();
        using (var admin = await own.AdminAsync())
        {
            await admin.DeleteAsync($"/identity/v3/roles/{await TerminalRoleAsync(admin)}", TestContext.Current.CancellationToken);
            Assert.Null(await TerminalRoleAsync(admin));
        }

        await own.RestartAsync();

        using var again = await own.AdminAsync();
        var role = await TerminalRoleAsync(again);
        Assert.NotNull(role);
        Assert.Equal(0, (await again.ReadAsync($"/identity/v3/role_assignments?role.id={role}")).At("role_assignments").GetArrayLength());
    }

    private static async Task<string?> TerminalRoleAsync(HttpClient admin) =>
        (await admin.ReadAsync("/identity/v3/roles?name=terminal")).At("roles").EnumerateArray().Select(r => r.GetProperty("id").GetString()).SingleOrDefault();

    private static async Task<string> ProjectsAsync(CloudFixture cloud)
    {
        using var admin = await cloud.AdminAsync();
        return (await admin.ReadAsync("/identity/v3/projects")).Text;
    }
}
