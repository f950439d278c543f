using System.Net;
using System.Net.Sockets;

namespace DriverHost.Alerts;

/// <summary>Which addresses a webhook may reach: public ones, and those of networks that the operator allows.</summary>
internal sealed class AlertAddresses(DriverHostOptions options)
{
    // IANA's special-purpose registry: what is not globally reachable, and what carries IPv4 addresses inside.
    private static readonly (IPNetwork Network, string What)[] Refused =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "an unspecified address"),
        (IPNetwork.Parse("10.0.0.0/8"), "a private address"),
        (IPNetwork.Parse("100.64.0.0/10"), "a carrier's private address"),
        (IPNetwork.Parse("127.0.0.0/8"), "this machine's own address"),
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local address, as cloud metadata has"),
        (IPNetwork.Parse("172.16.0.0/12"), "a private address"),
        (IPNetwork.Parse("192.0.0.0/24"), "a reserved address"),
        (IPNetwork.Parse("192.0.2.0/24"), "an address for documentation"),
        (IPNetwork.Parse("192.88.99.0/24"), "a reserved address"),
        (IPNetwork.Parse("192.168.0.0/16"), "a private address"),
        (IPNetwork.Parse("198.18.0.0/15"), "an address for benchmarks"),
        (IPNetwork.Parse("198.51.100.0/24"), "an address for documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "an address for documentation"),
        (IPNetwork.Parse("224.0.0.0/4"), "a multicast address"),
        (IPNetwork.Parse("240.0.0.0/4"), "a reserved address"),
        (IPNetwork.Parse("::/128"), "an unspecified address"),
        (IPNetwork.Parse("::1/128"), "this machine's own address"),
        (IPNetwork.Parse("fc00::/7"), "a private address"),
        (IPNetwork.Parse("fe80::/10"), "a link-local address"),
        (IPNetwork.Parse("ff00::/8"), "a multicast address"),
        (IPNetwork.Parse("2001::/23"), "a reserved address"),
        (IPNetwork.Parse("2001:db8::/32"), "an address for documentation"),
        (IPNetwork.Parse("2002::/16"), "an IPv4 address in disguise"),
        (IPNetwork.Parse("3fff::/20"), "an address for documentation"),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <returns>Null when it may be reached, else what it is: "a private address".</returns>
    public string? WhyNot(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (options.AlertWebhookAllow.Any(n => n.Contains(plain)))
        {
            return null;
        }

        foreach (var (network, what) in Refused)
        {
            if (network.Contains(plain))
            {
                return what;
            }
        }

        return plain.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(plain) ? null : "a reserved address";
    }

    /// <summary>The refusal in words.</summary>
    public static string Words(string host, string what) =>
        $"{host} is {what}, which webhooks may not reach. The operator of the driver host can allow its network (DriverHost:AlertWebhookAllow).";
}
