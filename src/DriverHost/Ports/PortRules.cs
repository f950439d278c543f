using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using DriverHost.Client;
using DriverHost.Http;

namespace DriverHost.Ports;

/// <summary>What a port must be before anything is done about it.</summary>
internal static partial class PortRules
{
    private const int MostPorts = 32;
    private const int MostRoutes = 64;

    public static void Check(IReadOnlyList<PortSpec> ports)
    {
        Require(ports.Count <= MostPorts, $"An instance has at most {MostPorts} ports.");
        Require(ports.DistinctBy(p => p.Id).Count() == ports.Count, "A port is named twice.");
        foreach (var (place, port) in ports.Index())
        {
            Check(port);
            RequireApart(port, ports.Take(place));
        }
    }

    /// <summary>The engine gives an interface no address where another one's network is.</summary>
    public static void RequireApart(PortSpec port, IEnumerable<PortSpec> others)
    {
        foreach (var other in others)
        {
            Require(
                !port.Addresses.Any(a => other.Addresses.Any(b => Overlap(a, b))),
                $"Ports {other.Id} and {port.Id} are on one subnet. A container has one interface on each: use a port on another subnet, or an allowed address pair.");
        }
    }

    public static void Check(PortSpec port)
    {
        RequireId(port.Id);
        Require(Interface().IsMatch(port.Bridge), $"Port {port.Id}: '{port.Bridge}' is not a name of a bridge: 1 to 15 letters, digits, '-', '_' or '.', and begins with a letter or digit.");
        Require(Mac().IsMatch(port.Mac), $"Port {port.Id}: '{port.Mac}' is not the MAC address of one interface, like fa:16:3e:01:02:03.");
        Require(port.Mtu is >= 68 and <= 65_535, $"Port {port.Id}: the MTU is 68 to 65535.");
        RequireOneOfEachKind(port, "addresses", [.. port.Addresses.Select(a => Address(port, a))]);
        RequireOneOfEachKind(port, "gateways", [.. port.Gateways.Select(g => Plain(port, g))]);
        Require(port.Routes.Count <= MostRoutes, $"Port {port.Id} has more than {MostRoutes} routes.");
        foreach (var route in port.Routes)
        {
            Require(IPNetwork.TryParse(route.Destination, out _), $"Port {port.Id}: '{route.Destination}' is not a network like 10.1.0.0/16.");
            _ = route.NextHop is { } hop ? Plain(port, hop) : null;
        }

        foreach (var server in port.Dns)
        {
            Plain(port, server);
        }
    }

    public static void RequireId(string id) => Require(Guid.TryParseExact(id, "D", out _), $"'{id}' is not the id of a port of Neutron's.");

    private static IPAddress Address(PortSpec port, string text)
    {
        var parts = text.Split('/');
        Require(
            parts.Length == 2 && IPAddress.TryParse(parts[0], out var parsed) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
                && prefix <= (parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128),
            $"Port {port.Id}: '{text}' is not an address with its prefix, like 10.0.0.5/24.");
        return IPAddress.Parse(parts[0]);
    }

    private static bool Overlap(string one, string other)
    {
        var (address, prefix) = Split(one);
        var (otherAddress, otherPrefix) = Split(other);
        return address.Length == otherAddress.Length
            && Enumerable.Range(0, Math.Min(prefix, otherPrefix)).All(bit => (((address[bit / 8] ^ otherAddress[bit / 8]) >> (7 - (bit % 8))) & 1) == 0);
    }

    private static (byte[] Address, int Prefix) Split(string address)
    {
        var parts = address.Split('/');
        return (IPAddress.Parse(parts[0]).GetAddressBytes(), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static IPAddress Plain(PortSpec port, string text)
    {
        Require(IPAddress.TryParse(text, out _), $"Port {port.Id}: '{text}' is not an address.");
        return IPAddress.Parse(text);
    }

    // The engine gives an interface one address of each kind.
    private static void RequireOneOfEachKind(PortSpec port, string what, IReadOnlyList<IPAddress> addresses) =>
        Require(
            addresses.Count(a => a.AddressFamily == AddressFamily.InterNetwork) <= 1 && addresses.Count(a => a.AddressFamily == AddressFamily.InterNetworkV6) <= 1,
            $"Port {port.Id} has several {what} of one kind. A container's interface has one IPv4 and one IPv6 address: use a port for each.");

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw DriverFailure.Invalid(otherwise);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$")]
    private static partial Regex Interface();

    // The lowest bit of the first byte marks a group.
    [GeneratedRegex("^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$")]
    private static partial Regex Mac();
}
