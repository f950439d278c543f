using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Nova.Servers;

/// <summary>Metadata and tags.</summary>
public sealed class DescriptionTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task Metadata_AreMergedReplacedReadAndDeleted()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo, new JsonObject { ["metadata"] = new JsonObject { ["a"] = "1" } });
        var path = $"/servers/{id}/metadata";

        var merged = await demo.NovaAsync("POST", path, Metadata(("b", "2")));
        var one = await demo.NovaAsync("PUT", $"{path}/c", new JsonObject { ["meta"] = new JsonObject { ["c"] = "3" } });
        var read = await demo.NovaAsync("GET", $"{path}/b");
        var removed = await demo.NovaAsync("DELETE", $"{path}/a");
        var left = await demo.NovaAsync("GET", path);
        var replaced = await demo.NovaAsync("PUT", path, Metadata(("only", "x")));
        var shown = await demo.ShowAsync(id);

        Assert.Equal("""{"metadata":{"a":"1","b":"2"}}""", merged.Text);
        Assert.Equal("""{"meta":{"c":"3"}}""", one.Text);
        Assert.Equal("""{"meta":{"b":"2"}}""", read.Text);
        Assert.Equal(HttpStatusCode.NoContent, removed.Status);
        Assert.Equal("""{"metadata":{"b":"2","c":"3"}}""", left.Text);
        Assert.Equal("""{"metadata":{"only":"x"}}""", replaced.Text);
        Assert.Equal("""{"only":"x"}""", shown.At("server", "metadata").GetRawText());
    }

    [Theory]
    [InlineData("GET", "/metadata/none", null, HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/metadata/none", null, HttpStatusCode.NotFound)]
    [InlineData("PUT", "/metadata/a", """{"meta": {"b": "1"}}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/metadata/a", """{"meta": {"a": "1", "b": "2"}}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/metadata", """{"metadata": {"a": 1}}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/metadata", """{"metadata": null}""", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/tags/none", null, HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/tags/none", null, HttpStatusCode.NotFound)]
    [InlineData("PUT", "/tags", """{"tags": ["a,b"]}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/tags", """{"tags": [1]}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/tags", "{}", HttpStatusCode.BadRequest)]
    public async Task Description_ThatCannotBe_IsRefused(string method, string path, string? body, HttpStatusCode status)
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        Assert.Equal(status, (await demo.NovaAsync(method, $"/servers/{id}{path}", body is null ? null : JsonNode.Parse(body))).Status);
    }

    [Fact]
    public async Task Metadata_WrittenAtOnce_AllStay()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => demo.NovaAsync("POST", $"/servers/{id}/metadata", Metadata(($"k{n}", "v")))));

        Assert.Equal(8, (await demo.NovaAsync("GET", $"/servers/{id}/metadata")).At("metadata").EnumerateObject().Count());
    }

    [Fact]
    public async Task Metadata_OfAServerInTheMaking_IsAConflict()
    {
        using var demo = await cloud.DemoAsync();
        var gate = cloud.Driver.Close("spawn");
        var id = (await demo.CreateServerAsync(cloud.ImageId)).TextAt("server", "id")!;
        await gate.EnteredAsync(id);

        var answer = await demo.NovaAsync("POST", $"/servers/{id}/metadata", Metadata(("a", "b")));
        gate.Open();
        await cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
    }

    [Fact]
    public async Task Tags_AreAddedReplacedAndRemoved_Since226()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        var path = $"/servers/{id}/tags";

        var added = await demo.NovaAsync("PUT", $"{path}/blue");
        var again = await demo.NovaAsync("PUT", $"{path}/blue");
        var there = await demo.NovaAsync("GET", $"{path}/blue");
        var replaced = await demo.NovaAsync("PUT", path, new JsonObject { ["tags"] = new JsonArray("red", "green", "red") });
        var removed = await demo.NovaAsync("DELETE", $"{path}/red");
        var left = await demo.NovaAsync("GET", path);
        var cleared = await demo.NovaAsync("DELETE", path);
        var old = await demo.NovaAsync("GET", path, version: "2.25");

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NoContent],
            new[] { added, again, there, replaced, removed, cleared }.Select(a => a.Status));
        Assert.Equal("""{"tags":["red","green"]}""", replaced.Text);
        Assert.Equal("""{"tags":["green"]}""", left.Text);
        Assert.Equal("""{"tags":[]}""", (await demo.NovaAsync("GET", path)).Text);
        Assert.Equal(HttpStatusCode.NotFound, old.Status);
    }

    private static JsonObject Metadata(params (string Key, string Value)[] items) =>
        new() { ["metadata"] = new JsonObject(items.Select(i => KeyValuePair.Create<string, JsonNode?>(i.Key, i.Value))) };
}
