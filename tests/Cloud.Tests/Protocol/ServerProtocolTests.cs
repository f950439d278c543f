using Cloud.Tests.Nova;

namespace Cloud.Tests.Protocol;

public sealed class ServerProtocolTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task Server_FromCreateToDelete_AnswersLikeTheSamples()
    {
        var tenant = await cloud.NewTenantAsync();

        var created = await tenant.Client.HoldsAsync("nova/server-create", ("uuid:image", cloud.ImageId));
        var id = created["uuid:server"];
        await cloud.ReachAsync(tenant.Client, id, "ACTIVE");
        (string, string)[] known = [("uuid:server", id), ("uuid:image", cloud.ImageId), ("id:user", tenant.UserId), ("id:project", tenant.ProjectId)];
        await tenant.Client.HoldsAsync("nova/server-show", known);
        await tenant.Client.HoldsAsync("nova/server-list", known);
        await tenant.Client.HoldsAsync("nova/instance-actions", known);
        await tenant.Client.HoldsAsync("nova/server-console", known);
        await tenant.Client.HoldsAsync("nova/server-create-image", known);
        await cloud.ReachAsync(tenant.Client, id, "ACTIVE");
        await tenant.Client.HoldsAsync("nova/server-reboot", known);
        await cloud.ReachAsync(tenant.Client, id, "ACTIVE");
        (await tenant.Client.ActAsync(id, "os-stop")).Expect(System.Net.HttpStatusCode.Accepted);
        await cloud.ReachAsync(tenant.Client, id, "SHUTOFF");
        await tenant.Client.HoldsAsync("nova/server-start", known);
        await cloud.ReachAsync(tenant.Client, id, "ACTIVE");
        await tenant.Client.HoldsAsync("nova/server-delete", known);
    }
}
