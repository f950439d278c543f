using System.Net;
using DriverHost.Alerts;

namespace DriverHost.Tests.Alerts;

/// <summary>Where webhooks may go.</summary>
public sealed class AlertAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("192.0.0.192")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:db8::1")]
    public void Address_ThatIsNotPublic_IsRefused(string address) => Assert.NotNull(Allowing().WhyNot(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2606:4700::1111")]
    public void Address_ThatIsPublic_IsTaken(string address) => Assert.Null(Allowing().WhyNot(IPAddress.Parse(address)));

    [Fact]
    public void Network_ThatTheOperatorAllows_IsTakenAndNoOther()
    {
        var addresses = Allowing("10.1.0.0/16", "fd00:1::/32");

        Assert.Null(addresses.WhyNot(IPAddress.Parse("10.1.2.3")));
        Assert.Null(addresses.WhyNot(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.Null(addresses.WhyNot(IPAddress.Parse("fd00:1::5")));
        Assert.Equal("a private address", addresses.WhyNot(IPAddress.Parse("10.2.0.1")));
        Assert.Equal("this machine's own address", addresses.WhyNot(IPAddress.Parse("127.0.0.1")));
    }

    internal static AlertAddresses Allowing(params string[] networks) => new(new DriverHostOptions
    {
        Url = new Uri("unix:///nowhere"),
        DataPath = "/nowhere",
        DockerEndpoint = new Uri("unix:///nowhere"),
        KeystoneUrl = new Uri("http://nowhere.invalid"),
        PasswordFile = "/nowhere",
        AlertWebhookAllow = [.. networks.Select(n => IPNetwork.Parse(n))],
    });
}
