using System.Net;
using System.Text;
using System.Text.Json;
using DriverHost.Client;
using DriverHost.Ports;
using DriverHost.Tests.Containers;
using TestKit;

namespace DriverHost.Tests.Ports;

/// <summary>The engine's questions at our socket, as it asks them.</summary>
[Trait("needs", "docker")]
public sealed class PluginTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly TestPorts _ports = new();
    private readonly HttpClient _engine = DriverHostClient.CreateHttp(new Uri($"unix:///run/docker/plugins/{fixture.Host.Get<PortNetworks>().Driver}.sock"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _engine.Dispose();
        await _instances.DisposeAsync();
        await _ports.DisposeAsync();
    }

    [Theory]
    [InlineData("Plugin.Activate", "", """{"Implements":["NetworkDriver"]}""")]
    [InlineData("NetworkDriver.GetCapabilities", "", """{"Scope":"local","ConnectivityScope":"local"}""")]
    [InlineData("NetworkDriver.Leave", """{"NetworkID":"n","EndpointID":"e"}""", "{}")]
    [InlineData("NetworkDriver.DeleteEndpoint", """{"NetworkID":"n","EndpointID":"e"}""", "{}")]
    [InlineData("NetworkDriver.DeleteNetwork", """{"NetworkID":"n"}""", "{}")]
    [InlineData("NetworkDriver.EndpointOperInfo", """{"NetworkID":"n","EndpointID":"e"}""", "{}")]
    [InlineData("NetworkDriver.ProgramExternalConnectivity", """{"NetworkID":"n","EndpointID":"e","Options":{"com.docker.network.portmap":[]}}""", "{}")]
    public async Task Call_OfTheEngines_IsAnswered(string call, string body, string expected) => Assert.Equal((HttpStatusCode.OK, expected), await AskAsync(call, body));

    [Theory]
    [InlineData("NetworkDriver.CreateNetwork", """{"NetworkID":"n","Options":{"com.docker.network.generic":{}},"IPv4Data":[]}""", "made by the driver host")]
    [InlineData("NetworkDriver.CreateNetwork", """{"NetworkID":"n","Options":{"com.docker.network.generic":{"openstack.port":"{}","openstack.place":"0"}}}""", "made by the driver host")]
    [InlineData("NetworkDriver.Join", """{"NetworkID":"0123456789ab","EndpointID":"e","SandboxKey":"/var/run/docker/netns/x"}""", "not of a port")]
    [InlineData("NetworkDriver.CreateEndpoint", """{"NetworkID":"0123456789ab","EndpointID":"e"}""", "not of a port")]
    [InlineData("NetworkDriver.AllocateNetwork", "{}", "no call NetworkDriver.AllocateNetwork")]
    public async Task Call_ThatCannotBe_IsRefusedInWords(string call, string body, string words)
    {
        var (status, answer) = await AskAsync(call, body);

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains(words, JsonDocument.Parse(answer).RootElement.GetProperty("Err").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_OfAPortsNetwork_NamesTheEndTheRoutesAndNoGatewayOfTheEngines()
    {
        var port = _ports.New() with { Gateways = ["10.201.1.1", "fd00:1::1"], Routes = [new PortRoute("10.9.0.0/16", "10.201.1.9"), new PortRoute("10.8.0.0/16", null)] };
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id) with { Ports = [port] });
        var network = await Engine.DockerAsync("network", "inspect", "-f", "{{.Id}}", $"os-{spawned.Id}-00");
        await fixture.Host.Operator.StopAsync(spawned.Id, TimeSpan.Zero, Cancelled);

        var (_, endpoint) = await AskAsync("NetworkDriver.CreateEndpoint", $$$"""{"NetworkID":"{{{network}}}","EndpointID":"e","Interface":{"Address":"","AddressIPv6":"","MacAddress":""},"Options":{}}""");
        var (_, join) = await AskAsync("NetworkDriver.Join", $$$"""{"NetworkID":"{{{network}}}","EndpointID":"e","SandboxKey":"/var/run/docker/netns/x","Options":{}}""");

        Assert.Equal($$$"""{"Interface":{"Address":"10.201.1.5/24","AddressIPv6":"fd00:1::5/64","MacAddress":"{{{port.Mac}}}"}}""", endpoint);
        Assert.Equal(
            $$$"""{"InterfaceName":{"SrcName":"{{{PortLinks.InnerEnd(port.Id)}}}","DstPrefix":"eth"},"Gateway":"10.201.1.1","GatewayIPv6":"fd00:1::1","StaticRoutes":[{"Destination":"10.9.0.0/16","RouteType":0,"NextHop":"10.201.1.9"},{"Destination":"10.8.0.0/16","RouteType":1}],"DisableGatewayService":true}""",
            join);
    }

    [Fact]
    public async Task Network_OfThisDriverMadeByHand_IsRefusedByTheEngine()
    {
        var made = await Command.RunAsync("docker", "network", "create", "--driver", fixture.Host.Get<PortNetworks>().Driver, "--ipam-driver", "null", $"hand-{Guid.NewGuid():n}");

        Assert.NotEqual(0, made.ExitCode);
        Assert.Contains("made by the driver host", made.Error, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(string call, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = null;
        using var answer = await _engine.PostAsync(new Uri($"/{call}", UriKind.Relative), content, Cancelled);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }
}
