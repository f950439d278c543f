using System.Net;

namespace Cloud.Tests.Nova.Servers;

public sealed class ActionListTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task Actions_BearTheRequestIdOfWhoAskedForThem()
    {
        using var demo = await cloud.DemoAsync();
        var created = await demo.CreateServerAsync(cloud.ImageId);
        var id = created.TextAt("server", "id")!;
        await cloud.ReachAsync(demo, id, "ACTIVE");
        var request = created.Headers.GetValues("x-compute-request-id").Single();

        var listed = await demo.NovaAsync("GET", $"/servers/{id}/os-instance-actions");
        var shown = (await demo.NovaAsync("GET", $"/servers/{id}/os-instance-actions/{request}")).Expect(HttpStatusCode.OK);
        var none = await demo.NovaAsync("GET", $"/servers/{id}/os-instance-actions/req-none");

        Assert.Equal([request], listed.Each("instanceActions", "request_id"));
        Assert.Equal("create", shown.TextAt("instanceAction", "action"));
        Assert.Equal(("compute__do_build_and_run_instance", "Success"), (shown.TextAt("instanceAction", "events", "0", "event"), shown.TextAt("instanceAction", "events", "0", "result")));
        Assert.Equal(HttpStatusCode.NotFound, none.Status);
    }

    [Theory]
    [InlineData("2.50", false, "")]
    [InlineData("2.50", true, "event,start_time,finish_time,result,traceback")]
    [InlineData("2.51", false, "event,start_time,finish_time,result")]
    [InlineData("2.61", true, "event,start_time,finish_time,result,traceback")]
    [InlineData("2.62", false, "event,start_time,finish_time,result,hostId")]
    [InlineData("2.62", true, "event,start_time,finish_time,result,traceback,hostId,host")]
    [InlineData("2.84", false, "event,start_time,finish_time,result,hostId,details")]
    public async Task Events_HaveWhatTheMicroversionAndTheRoleGive(string version, bool asAdmin, string members)
    {
        using var demo = await cloud.DemoAsync();
        using var admin = await cloud.AdminAsync();
        var id = await cloud.LaunchAsync(demo);
        var request = (await demo.NovaAsync("GET", $"/servers/{id}/os-instance-actions")).TextAt("instanceActions", "0", "request_id");

        var action = (await (asAdmin ? admin : demo).NovaAsync("GET", $"/servers/{id}/os-instance-actions/{request}", version: version)).At("instanceAction");

        Assert.Equal(members, action.TryGetProperty("events", out var events) ? string.Join(',', events[0].EnumerateObject().Select(p => p.Name)) : "");
    }

    [Fact]
    public async Task List_Since258_HasTimesAndPages()
    {
        using var demo = await cloud.DemoAsync();
        var id = await cloud.LaunchAsync(demo);
        foreach (var action in (string[])["lock", "unlock"])
        {
            (await demo.ActAsync(id, action)).Expect(HttpStatusCode.Accepted);
        }

        var path = $"/servers/{id}/os-instance-actions";
        var old = await demo.NovaAsync("GET", $"{path}?limit=1", version: "2.57");
        var first = await demo.NovaAsync("GET", $"{path}?limit=2", version: "2.58");
        var next = new Uri(first.TextAt("links", "0", "href")!).PathAndQuery["/compute/v2.1".Length..];
        var second = await demo.NovaAsync("GET", next, version: "2.58");

        Assert.Equal(["unlock", "lock", "create"], old.Each("instanceActions", "action"));
        Assert.False(old.At("instanceActions", "0").TryGetProperty("updated_at", out _));
        Assert.Equal(["unlock", "lock"], first.Each("instanceActions", "action"));
        Assert.True(first.At("instanceActions", "0").TryGetProperty("updated_at", out _));
        Assert.Equal(["create"], second.Each("instanceActions", "action"));
    }
}
