namespace Cloud.Tests.Protocol;

public sealed class KeystoneProtocolTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Fact]
    public async Task Token_MadeValidatedAndRevoked_AnswersLikeTheSamples()
    {
        var tenant = await cloud.NewTenantAsync();
        using var client = cloud.Anonymous();

        await client.HoldsAsync("keystone/token-create", Names(tenant, tenant.Password));

        var token = await cloud.TokenAsync(tenant.Name, tenant.Password, tenant.Name);
        await client.HoldsAsync("keystone/token-validate", ("text:token", token), ("text:subject", token), ("id:user", tenant.UserId));
        await client.HoldsAsync("keystone/token-revoke", ("text:token", token), ("text:subject", token));
    }

    [Fact]
    public async Task SignIn_Refused_AnswersLikeTheSample()
    {
        var tenant = await cloud.NewTenantAsync();
        using var client = cloud.Anonymous();

        await client.HoldsAsync("keystone/token-refused", Names(tenant, "wrong"));
    }

    [Fact]
    public async Task ProjectsAndUsers_AsAMemberSeesThem_AnswerLikeTheSamples()
    {
        var tenant = await cloud.NewTenantAsync();
        using var client = cloud.Anonymous();
        var token = await cloud.TokenAsync(tenant.Name, tenant.Password, tenant.Name);

        await client.HoldsAsync("keystone/auth-projects", ("text:token", token), ("id:project", tenant.ProjectId), ("text:project", tenant.Name));
        await client.HoldsAsync("keystone/users", ("text:token", token), ("id:user", tenant.UserId), ("text:user", tenant.Name));
    }

    private static (string, string)[] Names(Tenant tenant, string password) => [("text:user", tenant.Name), ("text:password", password), ("text:project", tenant.Name)];
}
