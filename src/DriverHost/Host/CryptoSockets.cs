using System.Runtime.InteropServices;
using DriverHost.Client;

namespace DriverHost.Host;

/// <summary>
/// Whether the kernel's crypto sockets (AF_ALG) can be opened. The engine's system call filter lets them through, and their holes have been holes in the host
/// (CVE-2026-31431): where the kernel has them, the operator is told how to close them.
/// </summary>
internal static partial class CryptoSockets
{
    private const string Name = "crypto-sockets-closed";
    private const int Family = 38;
    private const int SeqPacket = 5;

    public static ProvenFeature Try()
    {
        var socket = Open(Family, SeqPacket, 0);
        if (socket < 0)
        {
            return new ProvenFeature(Name, true, "The kernel's crypto sockets (AF_ALG) cannot be opened.");
        }

        _ = Close(socket);
        return new ProvenFeature(Name, false, "Containers can open the kernel's crypto sockets (AF_ALG); holes in them have led to the host. Nothing here needs them: echo 'install af_alg /bin/false' > /etc/modprobe.d/af_alg.conf, then rmmod af_alg or a restart of the machine.");
    }

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
