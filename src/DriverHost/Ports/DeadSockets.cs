using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace DriverHost.Ports;

/// <summary>Where the engine looks for network drivers, a driver host that was killed leaves its socket, and one whose data is gone never comes back for it.</summary>
internal static partial class DeadSockets
{
    /// <summary>A younger one may be of a driver host that has made it and is about to listen.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    /// <summary>Removes the sockets of driver hosts at which nobody listens.</summary>
    public static void Remove(string folder, DateTimeOffset now)
    {
        foreach (var path in Directory.GetFiles(folder))
        {
            if (OfADriverHost().IsMatch(Path.GetFileName(path)) && now - File.GetLastWriteTimeUtc(path) > Young && NobodyListens(path))
            {
                File.Delete(path);
            }
        }
    }

    private static bool NobodyListens(string path)
    {
        // One that listens and is busy lets nobody wait here.
        using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            door.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    [GeneratedRegex(@"^osport-[0-9a-f]{12}\.sock\z")]
    private static partial Regex OfADriverHost();
}
