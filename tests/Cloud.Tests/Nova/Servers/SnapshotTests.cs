using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Nova.Servers;

/// <summary>createImage and the console's output.</summary>
public sealed class SnapshotTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task CreateImage_MakesAQueuedImageOfTheInstancesProject_WhichTheHostFills()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        var gate = cloud.Driver.Close("snapshot");

        var answer = (await demo.ActAsync(id, "createImage", new JsonObject { ["name"] = "Mein Bild №1", ["metadata"] = new JsonObject { ["reason"] = "before the upgrade" } })).Expect(HttpStatusCode.Accepted);
        await gate.EnteredAsync(id);
        var image = (await demo.ReadAsync($"/image/v2/images/{answer.TextAt("image_id")}")).Expect(HttpStatusCode.OK);
        var server = await demo.ShowAsync(id);
        var second = await demo.ActAsync(id, "createImage", new JsonObject { ["name"] = "again" });
        gate.Open();
        await cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.Equal(("queued", "Mein Bild №1", "docker", "private"), (image.TextAt("status"), image.TextAt("name"), image.TextAt("container_format"), image.TextAt("visibility")));
        Assert.Equal(("snapshot", id, cloud.ImageId, "before the upgrade"), (image.TextAt("image_type"), image.TextAt("instance_uuid"), image.TextAt("base_image_ref"), image.TextAt("reason")));
        Assert.Equal(server.TextAt("server", "tenant_id"), image.TextAt("owner"));
        Assert.Equal("image_snapshot", server.TextAt("server", "OS-EXT-STS:task_state"));
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Equal(["createImage", "create"], (await demo.ActionsAsync(id)).Select(a => a.Action));
    }

    [Fact]
    public async Task CreateImage_Before245_NamesTheImageInTheLocation()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        var answer = (await demo.ActAsync(id, "createImage", new JsonObject { ["name"] = "old" }, "2.44")).Expect(HttpStatusCode.Accepted);
        await cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.StartsWith($"{cloud.Url}image/v2/images/", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Empty(answer.Text);
    }

    [Fact]
    public async Task CreateImage_ThatFails_LeavesNoImageAndSaysWhy()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        cloud.Driver.FailNext("snapshot", HttpStatusCode.BadGateway, "engine", "The disk of the host is full.");

        var image = (await demo.ActAsync(id, "createImage", new JsonObject { ["name"] = "full" })).TextAt("image_id");
        await cloud.UntilAsync("the snapshot ends", async () => (await demo.ActionsAsync(id))[0].Message is not null);

        Assert.Equal(("createImage", "The disk of the host is full."), (await demo.ActionsAsync(id))[0]);
        Assert.Equal("ACTIVE", (await cloud.ReachAsync(demo, id, "ACTIVE")).TextAt("server", "status"));
        Assert.Equal(HttpStatusCode.NotFound, (await demo.ReadAsync($"/image/v2/images/{image}")).Status);
    }

    [Theory]
    [InlineData("""{"name": ""}""", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"name": "x", "metadata": {"docker_approval": "approved"}}""", HttpStatusCode.Forbidden)]
    [InlineData("""{"name": "x", "metadata": {"checksum": "1"}}""", HttpStatusCode.Forbidden)]
    public async Task CreateImage_ThatMayNotBe_IsRefused(string body, HttpStatusCode status)
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        Assert.Equal(status, (await demo.ActAsync(id, "createImage", JsonNode.Parse(body))).Status);
        Assert.Null((await demo.ShowAsync(id)).TextAt("server", "OS-EXT-STS:task_state"));
    }

    [Theory]
    [InlineData("""{"length": 2}""", "line 99[0m\nline 100[0m\n")]
    [InlineData("""{"length": "1"}""", "line 100[0m\n")]
    [InlineData("""{"length": 0}""", "")]
    public async Task ConsoleOutput_IsTheTailWithoutControlCharacters(string body, string output)
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        var answer = (await demo.ActAsync(id, "os-getConsoleOutput", JsonNode.Parse(body))).Expect(HttpStatusCode.OK);

        Assert.Equal(output, answer.TextAt("output"));
    }

    [Theory]
    [InlineData("""{"length": -1}""")]
    [InlineData("""{"length": null}""")]
    [InlineData("{}")]
    public async Task ConsoleOutput_WithoutALength_IsAllThereIs(string body)
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        var answer = (await demo.ActAsync(id, "os-getConsoleOutput", JsonNode.Parse(body))).Expect(HttpStatusCode.OK);

        Assert.StartsWith("line 1[0m\nline 2[0m\n", answer.TextAt("output"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConsoleOutput_OfWhatCannotBeRead_SaysWhy()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        cloud.Driver.FailNext("console", null, "unreachable", "The driver host does not answer.");

        var down = await demo.ActAsync(id, "os-getConsoleOutput", new JsonObject());
        var wrong = await demo.ActAsync(id, "os-getConsoleOutput", new JsonObject { ["length"] = "many" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, down.Status);
        Assert.Contains("The driver host does not answer.", down.TextAt("serviceUnavailable", "message"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
    }
}
