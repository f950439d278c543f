namespace Cloud.Tests.Protocol;

public sealed class GlanceProtocolTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Fact]
    public async Task Image_FromCreateToDelete_AnswersLikeTheSamples()
    {
        var tenant = await cloud.NewTenantAsync();
        var owner = ("id:project", tenant.ProjectId);

        var made = await tenant.Client.HoldsAsync("glance/image-create", owner);
        var image = ("uuid:image", made["uuid:image"]);
        await tenant.Client.HoldsAsync("glance/image-upload", image);
        await tenant.Client.HoldsAsync("glance/image-show", image, owner);
        await tenant.Client.HoldsAsync("glance/image-update", image, owner);
        await tenant.Client.HoldsAsync("glance/image-download", image);
        await tenant.Client.HoldsAsync("glance/image-delete", image);
    }

    [Fact]
    public async Task ImageList_OfDockerImages_AnswersLikeTheSample()
    {
        await using var own = await CloudFixture.StartAsync();
        var tenant = await own.NewTenantAsync();
        using var admin = await own.AdminAsync();
        var demonstration = (await admin.ReadAsync("/image/v2/images?name=busybox")).TextAt("images", "0", "id");
        await admin.RemoveAsync($"/image/v2/images/{demonstration}");
        var made = await tenant.Client.HoldsAsync("glance/image-create", ("id:project", tenant.ProjectId));
        await tenant.Client.HoldsAsync("glance/image-upload", ("uuid:image", made["uuid:image"]));

        await tenant.Client.HoldsAsync("glance/image-list", ("uuid:image", made["uuid:image"]), ("id:project", tenant.ProjectId));
    }
}
