using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Glance;

/// <summary>Who sees, downloads and changes whose images.</summary>
public sealed class SharingTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Theory]
    [InlineData("private")]
    [InlineData("shared")]
    public async Task Image_OfAnotherProject_DoesNotExist(string visibility)
    {
        var (owner, stranger) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        var id = await owner.Client.CreateActiveAsync(more: new JsonObject { ["visibility"] = visibility });

        var list = await stranger.Client.ReadAsync($"{Images.Path}?limit=1000");
        Answer[] answers =
        [
            await stranger.Client.ShowImageAsync(id),
            await stranger.Client.ReadAsync($"{Images.Path}/{id}/file"),
            await stranger.Client.ChangeAsync(id, Images.Operation("replace", "name", "mine")),
            await stranger.Client.RemoveAsync($"{Images.Path}/{id}"),
            await stranger.Client.PutAsync($"{Images.Path}/{id}/tags/x"),
            await stranger.Client.ReadAsync($"{Images.Path}/{id}/members"),
        ];

        Assert.DoesNotContain(id, list.Each("images", "id"));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NotFound, answer.Status));
        Assert.Equal(HttpStatusCode.NotFound, await stranger.Client.UploadAsync(id, [1]));
    }

    [Theory]
    [InlineData("public", true)]
    [InlineData("community", false)]
    public async Task Image_ForEverybody_IsReadByAllAndChangedByNone(string visibility, bool listed)
    {
        var stranger = await cloud.NewTenantAsync();
        using var admin = await cloud.AdminAsync();
        var id = await admin.CreateActiveAsync(more: new JsonObject { ["visibility"] = visibility });

        var list = await stranger.Client.ReadAsync($"{Images.Path}?limit=1000");
        var asked = await stranger.Client.ReadAsync($"{Images.Path}?limit=1000&visibility={visibility}");
        var changed = await stranger.Client.ChangeAsync(id, Images.Operation("replace", "name", "mine"));
        var deleted = await stranger.Client.RemoveAsync($"{Images.Path}/{id}");

        Assert.Equal(listed, list.Each("images", "id").Contains(id));
        Assert.Contains(id, asked.Each("images", "id"));
        Assert.Equal("bytes", System.Text.Encoding.UTF8.GetString(await stranger.Client.DownloadAsync(id)));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (changed.Status, deleted.Status));
    }

    [Fact]
    public async Task Member_SeesTheOfferAtOnce_ListsItWhenAccepted_AndNotWhenRejected()
    {
        var (owner, member) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        var id = await owner.Client.CreateActiveAsync();
        var path = $"{Images.Path}/{id}/members";

        var offered = (await owner.Client.PostAsync(path, new JsonObject { ["member"] = member.ProjectId })).Expect(HttpStatusCode.OK);
        var (shown, pending) = (await member.Client.ShowImageAsync(id), await ListedAsync(member, id));
        var asked = (await member.Client.ReadAsync($"{Images.Path}?member_status=pending")).Each("images", "id");
        (await member.Client.PutAsync($"{path}/{member.ProjectId}", new JsonObject { ["status"] = "accepted" })).Expect(HttpStatusCode.OK);
        var accepted = await ListedAsync(member, id);
        (await member.Client.PutAsync($"{path}/{member.ProjectId}", new JsonObject { ["status"] = "rejected" })).Expect(HttpStatusCode.OK);
        var rejected = await ListedAsync(member, id);
        (await owner.Client.RemoveAsync($"{path}/{member.ProjectId}")).Expect(HttpStatusCode.NoContent);

        Assert.Equal(("pending", HttpStatusCode.OK), (offered.TextAt("status"), shown.Status));
        Assert.Equal((false, true, false), (pending, accepted, rejected));
        Assert.Contains(id, asked);
        Assert.Equal(HttpStatusCode.NotFound, (await member.Client.ShowImageAsync(id)).Status);
    }

    [Fact]
    public async Task Member_ReadsButNeitherChangesNorOffersOn()
    {
        var (owner, member, third) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        var id = await owner.Client.CreateActiveAsync();
        var path = $"{Images.Path}/{id}/members";
        (await owner.Client.PostAsync(path, new JsonObject { ["member"] = member.ProjectId })).Expect(HttpStatusCode.OK);
        (await owner.Client.PostAsync(path, new JsonObject { ["member"] = third.ProjectId })).Expect(HttpStatusCode.OK);

        var changed = await member.Client.ChangeAsync(id, Images.Operation("replace", "name", "mine"));
        var offered = await member.Client.PostAsync(path, new JsonObject { ["member"] = "another" });
        var answeredForAnother = await member.Client.PutAsync($"{path}/{third.ProjectId}", new JsonObject { ["status"] = "accepted" });
        var seen = await member.Client.ReadAsync(path);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (changed.Status, offered.Status, answeredForAnother.Status));
        Assert.Equal([member.ProjectId], seen.Each("members", "member_id"));
        Assert.Equal([member.ProjectId, third.ProjectId], (await owner.Client.ReadAsync(path)).Each("members", "member_id"));
    }

    [Fact]
    public async Task Owner_CanNotAcceptInTheMembersName()
    {
        var (owner, member) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        var id = await owner.Client.CreateActiveAsync();
        (await owner.Client.PostAsync($"{Images.Path}/{id}/members", new JsonObject { ["member"] = member.ProjectId })).Expect(HttpStatusCode.OK);

        var answer = await owner.Client.PutAsync($"{Images.Path}/{id}/members/{member.ProjectId}", new JsonObject { ["status"] = "accepted" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task Members_OfAPrivateImage_AreRefused()
    {
        var owner = await cloud.NewTenantAsync();
        var id = await owner.Client.CreateAsync(more: new JsonObject { ["visibility"] = "private" });

        var answer = await owner.Client.PostAsync($"{Images.Path}/{id}/members", new JsonObject { ["member"] = "another" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task Member_OfferedTwice_Conflicts()
    {
        var owner = await cloud.NewTenantAsync();
        var id = await owner.Client.CreateAsync();
        (await owner.Client.PostAsync($"{Images.Path}/{id}/members", new JsonObject { ["member"] = "another" })).Expect(HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.Conflict, (await owner.Client.PostAsync($"{Images.Path}/{id}/members", new JsonObject { ["member"] = "another" })).Status);
    }

    private static async Task<bool> ListedAsync(Tenant tenant, string id) => (await tenant.Client.ReadAsync($"{Images.Path}?limit=1000")).Each("images", "id").Contains(id);
}
