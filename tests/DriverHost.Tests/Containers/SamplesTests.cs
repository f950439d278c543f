using System.Text.Json.Nodes;
using DriverHost.Client;
using DriverHost.Tests.Ports;
using DriverHost.Tests.StandIns;
using OpenStack.Glance;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>The calls that Nova's driver makes, as <c>tests/Samples/driver-host</c> has them: that driver's own tests read the same files.</summary>
[Trait("needs", "docker")]
public sealed class SamplesTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly string _id = TestSpecs.NewId();
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await fixture.Host.Operator.DeleteAsync(_id, CancellationToken.None);

    [Fact]
    public async Task Instance_FromSpawnToDelete_AnswersAsTheSamplesSay()
    {
        var image = fixture.Cloud.Glance.AddQueued(_project, format: null);

        foreach (var name in (string[])["instance-spawn", "instance-show", "instance-snapshot", "instance-delete", "instance-missing"])
        {
            await AnswersAsync(name, fixture.Busybox, image);
        }
    }

    [Fact]
    public async Task Instance_OfAnImageThatWaits_AnswersAsTheSampleSays() =>
        await AnswersAsync("instance-refused", fixture.Cloud.Glance.Add(TestImages.Running("true"), Approval.Pending));

    [Fact]
    public async Task Image_FetchedAhead_AnswersAsTheSampleSays() => await AnswersAsync("image-cache", fixture.Busybox);

    [Fact]
    public async Task Host_AnswersAsTheSampleSays() => await AnswersAsync("host", fixture.Busybox);

    [Fact]
    public async Task Port_PluggedAndUnplugged_AnswersAsTheSamplesSay()
    {
        await using var ports = new TestPorts();

        foreach (var name in (string[])["port-plug", "port-unplug"])
        {
            await AnswersAsync(name, fixture.Busybox, port: ports.New());
        }
    }

    private async Task AnswersAsync(string name, ImageStandIn image, ImageStandIn? snapshot = null, PortSpec? port = null)
    {
        var token = fixture.Cloud.Keystone.Issue("service-project", ["service"]);
        var sample = Sample.Read(
            $"driver-host/{name}", ("uuid:server", _id), ("id:project", _project), ("uuid:image", image.Id), ("uuid:snapshot", snapshot?.Id ?? ""), ("text:token", token), ("uuid:port", port?.Id ?? ""), ("text:bridge", port?.Bridge ?? ""));
        using var request = sample.Request("http://driver-host");
        using var answer = await fixture.Host.Http.SendAsync(request, Cancelled);
        if (name == "host")
        {
            // How many holes are known of an engine differs from machine to machine, and Nova's driver does not read them.
            var host = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!.AsObject();
            Assert.True(host.Remove("advisories"));
            answer.Content = new StringContent(host.ToJsonString());
        }

        await sample.AssertResponseAsync(answer, Cancelled);
    }
}
