using System.Net.Sockets;
using DriverHost.Ports;

namespace DriverHost.Tests.Ports;

public sealed class DeadSocketsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sockets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Remove_OfADriverHostThatIsDead_IsDone()
    {
        LeaveDead(Path.Combine(_folder, "osport-0123456789ab.sock"));

        DeadSockets.Remove(_folder, DateTimeOffset.UtcNow + TimeSpan.FromMinutes(2));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("osport-0123456789ab.sock.tmp")]
    [InlineData("osport-0123456789.sock")]
    [InlineData("osport-0123456789AB.sock")]
    [InlineData("other.sock")]
    public void Remove_OfAnotherName_IsNotDone(string name)
    {
        LeaveDead(Path.Combine(_folder, name));

        DeadSockets.Remove(_folder, DateTimeOffset.UtcNow + TimeSpan.FromMinutes(2));

        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Remove_OfOneThatWasJustMade_IsNotDone()
    {
        LeaveDead(Path.Combine(_folder, "osport-0123456789ab.sock"));

        DeadSockets.Remove(_folder, DateTimeOffset.UtcNow);

        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Remove_OfOneThatListens_IsNotDone_HoweverManyWaitThere()
    {
        var path = Path.Combine(_folder, "osport-0123456789ab.sock");
        using var door = New();
        door.Bind(new UnixDomainSocketEndPoint(path));
        door.Listen(1);

        for (var visit = 0; visit < 5; visit++)
        {
            DeadSockets.Remove(_folder, DateTimeOffset.UtcNow + TimeSpan.FromMinutes(2));
        }

        Assert.Single(Directory.GetFiles(_folder));
    }

    /// <summary>As a process that is killed does.</summary>
    internal static void LeaveDead(string path)
    {
        using var door = New();
        door.Bind(new UnixDomainSocketEndPoint(path + ".made"));
        // Under another name the runtime does not find it when it tidies up.
        File.Move(path + ".made", path);
    }

    private static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
