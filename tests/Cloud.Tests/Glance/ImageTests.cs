using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Glance;

public sealed class ImageTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Fact]
    public async Task Create_WithAnIdAndProperties_ShowsThem()
    {
        using var demo = await cloud.DemoAsync();
        var id = Guid.NewGuid().ToString();

        var made = (await demo.PostAsync(Images.Path, new JsonObject { ["id"] = id, ["name"] = "x", ["min_ram"] = 256, ["os_distro"] = "none", ["tags"] = new JsonArray("b", "a") })).Expect(HttpStatusCode.Created);

        Assert.Equal($"{cloud.Url}image/v2/images/{id}", made.Headers.Location?.ToString());
        Assert.Equal((id, "queued", "shared", 256, "none"), (made.TextAt("id"), made.TextAt("status"), made.TextAt("visibility"), made.At("min_ram").GetInt32(), made.TextAt("os_distro")));
        Assert.Equal(["a", "b"], made.At("tags").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal(made.Text, (await demo.ShowImageAsync(id)).Text);
    }

    [Theory]
    [InlineData("""{"id": "not-a-uuid"}""", 400)]
    [InlineData("""{"container_format": "box"}""", 400)]
    [InlineData("""{"min_ram": -1}""", 400)]
    [InlineData("""{"visibility": "secret"}""", 400)]
    [InlineData("""{"os_distro": 3}""", 400)]
    [InlineData("""{"status": "active"}""", 403)]
    [InlineData("""{"locations": "here"}""", 403)]
    [InlineData("""{"visibility": "public"}""", 403)]
    [InlineData("""{"owner": "another"}""", 403)]
    public async Task Create_WithWhatIsNotAllowed_IsRefused(string body, int status)
    {
        using var demo = await cloud.DemoAsync();

        var answer = await demo.PostAsync(Images.Path, JsonNode.Parse(body)!);

        Assert.Equal(status, (int)answer.Status);
    }

    [Fact]
    public async Task Create_WithATakenId_Conflicts()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();

        var answer = await demo.PostAsync(Images.Path, new JsonObject { ["id"] = id });

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
    }

    [Fact]
    public async Task Patch_OfFieldsAndProperties_ChangesThem()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync(more: new JsonObject { ["one"] = "1", ["two"] = "2" });

        var changed = (await demo.ChangeAsync(
            id,
            Images.Operation("replace", "name", "new"),
            Images.Operation("add", "three", "3"),
            Images.Operation("replace", "one", "eins"),
            Images.Operation("remove", "two"),
            Images.Operation("replace", "tags", new JsonArray("t")),
            Images.Operation("replace", "min_disk", 2))).Expect(HttpStatusCode.OK);

        Assert.Equal(("new", "3", "eins", 2), (changed.TextAt("name"), changed.TextAt("three"), changed.TextAt("one"), changed.At("min_disk").GetInt32()));
        Assert.False(changed.Json.TryGetProperty("two", out _));
        Assert.Equal(changed.Text, (await demo.ShowImageAsync(id)).Text);
    }

    [Theory]
    [InlineData("replace", "status", "active", 403)]
    [InlineData("replace", "size", "1", 403)]
    [InlineData("remove", "name", null, 403)]
    [InlineData("remove", "nothing", null, 409)]
    [InlineData("replace", "nothing", "x", 409)]
    [InlineData("move", "name", "x", 400)]
    [InlineData("add", "a/b", "x", 400)]
    [InlineData("replace", "visibility", "public", 403)]
    [InlineData("replace", "owner", "another", 403)]
    public async Task Patch_ThatIsNotAllowed_IsRefusedAndChangesNothing(string op, string name, string? value, int status)
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();
        var before = (await demo.ShowImageAsync(id)).Text;

        var answer = await demo.ChangeAsync(id, Images.Operation("add", "good", "x"), Images.Operation(op, name, value));

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(before, (await demo.ShowImageAsync(id)).Text);
    }

    [Fact]
    public async Task Patch_OfAnActiveImagesFormat_IsRefused()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateActiveAsync();

        var answer = await demo.ChangeAsync(id, Images.Operation("replace", "container_format", "bare"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task Patch_OfAnotherMediaType_IsRefused()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();

        var answer = await demo.PatchAsync($"{Images.Path}/{id}", new JsonArray());

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
    }

    [Fact]
    public async Task Delete_OfAProtectedImage_IsRefusedUntilTheProtectionIsGone()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync(more: new JsonObject { ["protected"] = true });

        var refused = await demo.RemoveAsync($"{Images.Path}/{id}");
        (await demo.ChangeAsync(id, Images.Operation("replace", "protected", false))).Expect(HttpStatusCode.OK);
        var deleted = await demo.RemoveAsync($"{Images.Path}/{id}");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NoContent), (refused.Status, deleted.Status));
        Assert.Equal(HttpStatusCode.NotFound, (await demo.ShowImageAsync(id)).Status);
    }

    [Fact]
    public async Task Tags_AreAddedOnceAndRemoved()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();
        var tag = $"{Images.Path}/{id}/tags/{Uri.EscapeDataString("Größe 1")}";

        var added = await demo.PutAsync(tag);
        var again = await demo.PutAsync(tag);
        var tags = (await demo.ShowImageAsync(id)).At("tags").EnumerateArray().Select(t => t.GetString()).ToList();
        var removed = await demo.RemoveAsync(tag);
        var missing = await demo.RemoveAsync(tag);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NotFound), (added.Status, again.Status, removed.Status, missing.Status));
        Assert.Equal(["Größe 1"], tags);
    }

    [Fact]
    public async Task Deactivated_Image_IsDownloadedByAdministratorsAloneUntilItIsReactivated()
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await demo.CreateActiveAsync();

        var byMember = await demo.CallAsync("POST", $"{Images.Path}/{id}/actions/deactivate");
        (await admin.CallAsync("POST", $"{Images.Path}/{id}/actions/deactivate")).Expect(HttpStatusCode.NoContent);
        var status = await demo.StatusAsync(id);
        var refused = await demo.ReadAsync($"{Images.Path}/{id}/file");
        var allowed = await admin.ReadAsync($"{Images.Path}/{id}/file");
        (await admin.CallAsync("POST", $"{Images.Path}/{id}/actions/reactivate")).Expect(HttpStatusCode.NoContent);

        Assert.Equal((HttpStatusCode.Forbidden, "deactivated", HttpStatusCode.Forbidden, HttpStatusCode.OK), (byMember.Status, status, refused.Status, allowed.Status));
        Assert.Equal("active", await demo.StatusAsync(id));
    }

    [Fact]
    public async Task Deactivate_OfAQueuedImage_IsRefused()
    {
        using var admin = await cloud.AdminAsync();
        var id = await admin.CreateAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await admin.CallAsync("POST", $"{Images.Path}/{id}/actions/deactivate")).Status);
    }

    [Fact]
    public async Task Error_ForAPerson_IsGlancesPage_ForAProgram_IsJson()
    {
        using var demo = await cloud.DemoAsync();

        var page = await demo.ShowImageAsync("nothing");
        var json = await demo.ReadAsync($"{Images.Path}/nothing", ("Accept", "application/json"));

        Assert.Contains("<h1>404 Not Found</h1>", page.Text, StringComparison.Ordinal);
        Assert.Contains("No image found with ID nothing", page.Text, StringComparison.Ordinal);
        Assert.Equal(("No image found with ID nothing", "404 Not Found"), (json.TextAt("message"), json.TextAt("code")));
        Assert.Matches("^req-", page.Headers.GetValues("x-openstack-request-id").Single());
    }

    [Fact]
    public async Task Error_WithAForeignName_IsEscaped()
    {
        using var demo = await cloud.DemoAsync();

        var page = await demo.ReadAsync($"{Images.Path}/{Uri.EscapeDataString("<script>alert(1)</script>")}");

        Assert.DoesNotContain("<script>", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schemas_NameTheFieldsOfAnImage()
    {
        using var demo = await cloud.DemoAsync();

        var image = await demo.ReadAsync("/image/v2/schemas/image");
        var images = await demo.ReadAsync("/image/v2/schemas/images");

        var shown = (await demo.ShowImageAsync(await demo.CreateActiveAsync())).Json.EnumerateObject().Select(m => m.Name).Where(name => !name.StartsWith("docker_", StringComparison.Ordinal));
        Assert.Empty(shown.Except(image.At("properties").EnumerateObject().Select(m => m.Name)));
        Assert.Equal("images", images.TextAt("name"));
    }

    [Fact]
    public async Task Versions_NeedNoToken()
    {
        using var client = cloud.Anonymous();

        var answer = await client.ReadAsync("/image");

        Assert.Equal(HttpStatusCode.MultipleChoices, answer.Status);
        Assert.Equal($"{cloud.Url}image/v2/", answer.TextAt("versions", "0", "links", "0", "href"));
        Assert.Equal("CURRENT", answer.TextAt("versions", "0", "status"));
    }
}
