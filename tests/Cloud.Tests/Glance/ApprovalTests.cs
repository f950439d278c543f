using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Glance;

/// <summary>Which docker image may boot is an administrator's word, kept on the image and bound to its bytes.</summary>
public sealed class ApprovalTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    public static TheoryData<string> Protected =>
        ["docker_approval", "docker_approval_sha512", "docker_approval_config", "docker_approval_by", "docker_approval_at", "docker_approval_expires", "docker_approval_reason", "Docker_Approval", "docker_approval_anything"];

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task Property_OfTheApproval_IsNotAMembersToWrite(string name)
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateActiveAsync();
        var before = (await demo.ShowImageAsync(id)).Text;

        Answer[] answers =
        [
            await demo.SetAsync(id, name, "approved"),
            await demo.ChangeAsync(id, Images.Operation("replace", name, "approved")),
            await demo.ChangeAsync(id, Images.Operation("remove", name)),
            await demo.PostAsync(Images.Path, new JsonObject { ["name"] = "x", [name] = "approved" }),
        ];

        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.Forbidden, HttpStatusCode.Conflict }));
        Assert.Equal(HttpStatusCode.Forbidden, answers[0].Status);
        Assert.Equal(HttpStatusCode.Forbidden, answers[3].Status);
        Assert.Equal(before, (await demo.ShowImageAsync(id)).Text);
    }

    [Fact]
    public async Task Upload_ByAMember_WaitsForApproval()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateActiveAsync();

        Assert.Equal("pending", (await demo.ShowImageAsync(id)).TextAt("docker_approval"));
    }

    [Fact]
    public async Task Upload_ByAnAdministrator_IsApprovedWithItsBytes()
    {
        using var admin = await cloud.AdminAsync();
        var id = await admin.CreateActiveAsync();

        var image = await admin.ShowImageAsync(id);

        Assert.Equal(("approved", "admin", image.TextAt("os_hash_value")), (image.TextAt("docker_approval"), image.TextAt("docker_approval_by"), image.TextAt("docker_approval_sha512")));
    }

    [Fact]
    public async Task Upload_ByAnAdministrator_UnderTheTwoPersonRule_WaitsForApproval()
    {
        await using var own = await CloudFixture.StartAsync(settings: new Dictionary<string, string?> { ["Approval:AdministratorsApproveOwn"] = "false" });
        using var admin = await own.AdminAsync();
        var id = await admin.CreateActiveAsync();

        Assert.Equal("pending", (await admin.ShowImageAsync(id)).TextAt("docker_approval"));
    }

    [Fact]
    public async Task Approval_ByAnAdministrator_IsBoundToTheBytesAndSigned()
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await demo.CreateActiveAsync();

        (await admin.SetAsync(id, "docker_approval", "approved")).Expect(HttpStatusCode.OK);

        var image = await demo.ShowImageAsync(id);
        Assert.Equal(("approved", "admin", image.TextAt("os_hash_value")), (image.TextAt("docker_approval"), image.TextAt("docker_approval_by"), image.TextAt("docker_approval_sha512")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", image.TextAt("docker_approval_at"));
    }

    [Fact]
    public async Task Approval_OfOtherBytes_Conflicts()
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await demo.CreateActiveAsync();

        var answer = await admin.ChangeAsync(id, Images.Operation("add", "docker_approval", "approved"), Images.Operation("add", "docker_approval_sha512", new string('0', 128)));

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal("pending", (await demo.ShowImageAsync(id)).TextAt("docker_approval"));
    }

    [Fact]
    public async Task Approval_BeforeTheBytes_IsRefused_AndWhatWasWrittenBeforeIsForgotten()
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await demo.CreateAsync();

        var early = await admin.SetAsync(id, "docker_approval", "approved");
        (await admin.SetAsync(id, "docker_approval", "managed")).Expect(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NoContent, await demo.UploadAsync(id, [1, 2, 3]));

        Assert.Equal(HttpStatusCode.Conflict, early.Status);
        Assert.Equal("pending", (await demo.ShowImageAsync(id)).TextAt("docker_approval"));
    }

    [Theory]
    [InlineData("docker_approval", "perhaps")]
    [InlineData("docker_approval_expires", "soon")]
    public async Task Approval_InWordsThatAreNone_IsRefused(string name, string value)
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await demo.CreateActiveAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await admin.SetAsync(id, name, value)).Status);
    }

    [Fact]
    public async Task Snapshot_UploadedByTheDriverHost_IsManagedAndBoundToItsBytes()
    {
        using var host = await cloud.ServiceAsync("driver-host");
        var id = await host.CreateAsync(more: new JsonObject { ["docker_approval"] = "managed" });

        Assert.Equal(HttpStatusCode.NoContent, await host.UploadAsync(id, [1, 2, 3]));

        var image = await host.ShowImageAsync(id);
        Assert.Equal(("managed", image.TextAt("os_hash_value")), (image.TextAt("docker_approval"), image.TextAt("docker_approval_sha512")));
    }

    [Fact]
    public async Task Image_OfAnotherFormat_HasNoApproval()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateActiveAsync(more: new JsonObject { ["container_format"] = "bare", ["disk_format"] = "qcow2" });

        Assert.False((await demo.ShowImageAsync(id)).Json.TryGetProperty("docker_approval", out _));
    }

    [Fact]
    public async Task DemonstrationImage_IsPublicAndApproved_AndStaysDeleted()
    {
        await using var own = await CloudFixture.StartAsync();
        using var admin = await own.AdminAsync();
        var image = (await admin.ReadAsync($"{Images.Path}?name=busybox")).At("images", "0");

        (await admin.RemoveAsync($"{Images.Path}/{image.GetProperty("id").GetString()}")).Expect(HttpStatusCode.NoContent);
        await own.RestartAsync();

        Assert.Equal(("public", "approved"), (image.GetProperty("visibility").GetString(), image.GetProperty("docker_approval").GetString()));
        Assert.Empty((await admin.ReadAsync($"{Images.Path}?name=busybox")).At("images").EnumerateArray());
    }
}
