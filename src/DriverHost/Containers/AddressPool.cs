using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace DriverHost.Containers;

/// <summary>Cuts a range into networks of 256 addresses for projects: the engine's own ranges are enough for about thirty.</summary>
internal static class AddressPool
{
    private const int PrefixLength = 24;
    private const string Routes = "/proc/net/route";

    /// <summary>The networks of the pools that nothing overlaps, in order.</summary>
    /// <param name="taken">What must stay free of them: networks of the engine, ways of the host.</param>
    public static IEnumerable<IPNetwork> Free(IEnumerable<IPNetwork> pools, IReadOnlyCollection<IPNetwork> taken) =>
        // The engine says 0.0.0.0/0 of a network to which it gives no addresses: those of ports.
        pools.SelectMany(Cut).Where(n => !taken.Any(t => t.PrefixLength > 0 && Overlap(n, t)));

    /// <summary>A pool is of IPv4 and has room for one network at least.</summary>
    public static bool Fits(IPNetwork pool) => pool is { BaseAddress.AddressFamily: AddressFamily.InterNetwork, PrefixLength: >= 8 and <= PrefixLength };

    /// <summary>Where this host sends IPv4 packets by a way of its own; the default way is none.</summary>
    public static IReadOnlyList<IPNetwork> OfTheHost() => [.. Ways(File.ReadLines(Routes))];

    /// <param name="lines">As the kernel writes them: addresses in hexadecimal, their last byte first.</param>
    public static IEnumerable<IPNetwork> Ways(IEnumerable<string> lines) =>
        from line in lines.Skip(1)
        let fields = line.Split('\t')
        let destination = Address(fields[1])
        let mask = Address(fields[7])
        where mask != 0
        select new IPNetwork(ToAddress(destination & mask), BitOperations.PopCount(mask));

    private static IEnumerable<IPNetwork> Cut(IPNetwork pool)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(pool.BaseAddress.GetAddressBytes());
        for (var i = 0u; i < 1u << (PrefixLength - pool.PrefixLength); i++)
        {
            yield return new IPNetwork(ToAddress(first + (i << (32 - PrefixLength))), PrefixLength);
        }
    }

    private static bool Overlap(IPNetwork one, IPNetwork other) =>
        one.BaseAddress.AddressFamily == other.BaseAddress.AddressFamily && (one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress));

    private static uint Address(string hex) => BinaryPrimitives.ReverseEndianness(uint.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static IPAddress ToAddress(uint address)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes);
    }
}
