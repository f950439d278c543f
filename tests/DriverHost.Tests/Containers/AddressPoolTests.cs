using System.Net;
using DriverHost.Containers;
using Microsoft.Extensions.Configuration;

namespace DriverHost.Tests.Containers;

public sealed class AddressPoolTests
{
    private static readonly IPNetwork Pool = IPNetwork.Parse("10.201.0.0/22");

    [Fact]
    public void Free_NothingTaken_IsThePoolsInOrderInNetworksOf256()
    {
        var free = AddressPool.Free([Pool, IPNetwork.Parse("172.29.7.0/24")], []);

        Assert.Equal(["10.201.0.0/24", "10.201.1.0/24", "10.201.2.0/24", "10.201.3.0/24", "172.29.7.0/24"], free.Select(n => n.ToString()));
    }

    [Theory]
    [InlineData("0.0.0.0/0", "10.201.0.0/24 10.201.1.0/24 10.201.2.0/24 10.201.3.0/24")]
    [InlineData("10.201.1.0/24", "10.201.0.0/24 10.201.2.0/24 10.201.3.0/24")]
    [InlineData("10.201.1.64/26", "10.201.0.0/24 10.201.2.0/24 10.201.3.0/24")]
    [InlineData("10.201.2.0/23", "10.201.0.0/24 10.201.1.0/24")]
    [InlineData("10.0.0.0/8", "")]
    [InlineData("10.202.0.0/16", "10.201.0.0/24 10.201.1.0/24 10.201.2.0/24 10.201.3.0/24")]
    [InlineData("fd00::/8", "10.201.0.0/24 10.201.1.0/24 10.201.2.0/24 10.201.3.0/24")]
    public void Free_SomethingTaken_LeavesOutWhatItOverlaps(string taken, string free) =>
        Assert.Equal(free, string.Join(' ', AddressPool.Free([Pool], [IPNetwork.Parse(taken)])));

    [Fact]
    public void Ways_OfTheHost_AreReadAsTheKernelWritesThem()
    {
        string[] lines =
        [
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
            "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
            "tun0\t0000C90A\t0101A8C0\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0",
        ];

        Assert.Equal(["172.17.0.0/16", "10.201.0.0/24"], AddressPool.Ways(lines).Select(w => w.ToString()));
    }

    [Theory]
    [InlineData("10.201.0.0/25")]
    [InlineData("8.0.0.0/7")]
    [InlineData("fd00:1::/32")]
    [InlineData("0.0.0.0/0")]
    public void Options_PoolThatIsNone_SayWhatOneIs(string pool)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Options(pool));

        Assert.Contains("DriverHost:NetworkPools is a list of IPv4 networks from /8 to /24.", refused.Message, StringComparison.Ordinal);
        Assert.Contains(pool, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_Pools_AreTaken()
    {
        Assert.Equal(["10.1.0.0/16", "10.2.0.0/24"], Options("10.1.0.0/16, 10.2.0.0/24").NetworkPools.Select(p => p.ToString()));
        Assert.NotEmpty(Options("").NetworkPools);
    }

    private static DriverHostOptions Options(string pools) => DriverHostOptions.From(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Data:Path"] = "/nowhere",
        ["DriverHost:Url"] = "unix:///nowhere.sock",
        ["Keystone:AuthUrl"] = "http://127.0.0.1:1",
        ["DriverHost:NetworkPools"] = pools,
    }).Build());
}
