using System.Globalization;
using DriverHost.Client;
using DriverHost.Http;
using DriverHost.Ports;

namespace DriverHost.Tests.Ports;

public sealed class PortRulesTests
{
    [Fact]
    public void Port_WithOneAddressOfEachKind_IsTaken() => PortRules.Check([new TestPorts().New(), new TestPorts().New() with { Addresses = [], Gateways = [], Routes = [], Dns = [] }]);

    [Theory]
    [InlineData("id", "../../etc", "is not the id of a port")]
    [InlineData("bridge", "brq;reboot", "is not a name of a bridge")]
    [InlineData("bridge", "-delete", "is not a name of a bridge")]
    [InlineData("bridge", "brq0123456789abc", "is not a name of a bridge")]
    [InlineData("mac", "fa:16:3e:01:02", "is not the MAC address of one interface")]
    [InlineData("mac", "01:00:5e:00:00:01", "is not the MAC address of one interface")]
    [InlineData("mtu", "10", "the MTU is 68 to 65535")]
    [InlineData("addresses", "10.0.0.5", "is not an address with its prefix")]
    [InlineData("addresses", "10.0.0.5/33", "is not an address with its prefix")]
    [InlineData("addresses", "10.0.0.5/24 10.0.1.5/24", "several addresses of one kind")]
    [InlineData("gateways", "10.0.0.1 10.0.0.2", "several gateways of one kind")]
    [InlineData("gateways", "nowhere", "is not an address")]
    [InlineData("destination", "10.0.0.0/33", "is not a network like")]
    [InlineData("hop", "there", "is not an address")]
    [InlineData("dns", "dns.example", "is not an address")]
    public void Port_ThatIsNone_IsRefusedInWords(string field, string value, string words)
    {
        var refused = Assert.Throws<DriverFailure>(() => PortRules.Check(With(field, value)));

        Assert.Equal((400, "invalid"), (refused.Status, refused.Code));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_NamedTwice_AreRefused()
    {
        var port = new TestPorts().New();

        Assert.Contains("named twice", Assert.Throws<DriverFailure>(() => PortRules.Check([port, port])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.5/24", "10.0.0.6/24", true)]
    [InlineData("10.0.0.5/24", "10.0.9.6/16", true)]
    [InlineData("10.0.0.5/24", "10.0.1.5/24", false)]
    [InlineData("10.0.0.126/25", "10.0.0.130/25", false)]
    [InlineData("fd00::5/64", "fd00::6/64", true)]
    [InlineData("fd00::5/64", "fd00:0:0:1::5/64", false)]
    [InlineData("10.0.0.5/24", "fd00::5/64", false)]
    public void Ports_OnOneSubnet_AreRefused(string one, string other, bool refused)
    {
        var ports = new TestPorts();
        PortSpec[] both = [ports.New() with { Addresses = [one] }, ports.New() with { Addresses = [other] }];

        var failure = Record.Exception(() => PortRules.Check(both));

        Assert.Equal(refused, failure is DriverFailure { Code: "invalid" } told && told.Message.Contains("on one subnet", StringComparison.Ordinal));
        Assert.Equal(refused, failure is not null);
    }

    [Fact]
    public void Names_OfALinksEnds_AreShortAndNeutrons()
    {
        const string Port = "cd98b6cb-35eb-4ac6-b128-5851d6f4101b";

        Assert.Equal(("tapcd98b6cb-35", "ospcd98b6cb-35"), (PortLinks.HostEnd(Port), PortLinks.InnerEnd(Port)));
    }

    private static PortSpec With(string field, string value)
    {
        var port = new TestPorts().New();
        return field switch
        {
            "id" => port with { Id = value },
            "bridge" => port with { Bridge = value },
            "mac" => port with { Mac = value },
            "mtu" => port with { Mtu = int.Parse(value, CultureInfo.InvariantCulture) },
            "addresses" => port with { Addresses = value.Split(' ') },
            "gateways" => port with { Gateways = value.Split(' ') },
            "destination" => port with { Routes = [new PortRoute(value, null)] },
            "hop" => port with { Routes = [new PortRoute("10.0.0.0/8", value)] },
            _ => port with { Dns = [value] },
        };
    }
}
