using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DriverHost.Logs;

/// <summary>Blocking HTTP/1.1 GETs over the engine's unix socket, for threads that do nothing else.</summary>
/// <remarks>The engine writes each log line by itself. Waking a task for each costs more than half of the throughput.</remarks>
internal sealed class EngineSocket(string path)
{
    public EngineAnswer Get(string target)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.Send(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET {target} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n")));
            return new EngineAnswer(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The whole of a short answer.</summary>
    public (int Status, byte[] Body) Read(string target)
    {
        using var answer = Get(target);
        answer.ReadHead();
        using var body = new MemoryStream();
        for (var part = answer.ReadBody(); !part.IsEmpty; part = answer.ReadBody())
        {
            body.Write(part);
        }

        return (answer.Status, body.ToArray());
    }
}
