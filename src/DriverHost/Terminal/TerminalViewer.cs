using System.Collections.Concurrent;
using System.Net.WebSockets;
using DriverHost.Client;

namespace DriverHost.Terminal;

/// <summary>The one who looks at a terminal now, and how far the bytes came. Guarded by the session's lock.</summary>
internal sealed class TerminalViewer(WebSocket socket, long from)
{
    /// <summary>How many bytes may be on their way to the screen: more come when the viewer says that these are drawn.</summary>
    public const int Window = 128 * 1024;

    public WebSocket Socket => socket;
    public long Sent { get; set; } = from;
    public long Acked { get; set; } = from;

    /// <summary>What is said between the bytes.</summary>
    public ConcurrentQueue<TerminalFrame> Frames { get; } = new();

    /// <summary>Something changed: bytes, frames, an acknowledgement.</summary>
    public Pulse Changed { get; } = new();

    /// <summary>Another has its place.</summary>
    public bool Taken { get; private set; }

    public void Say(TerminalFrame frame)
    {
        Frames.Enqueue(frame);
        Changed.Set();
    }

    public void Take()
    {
        Taken = true;
        Changed.Set();
    }
}
