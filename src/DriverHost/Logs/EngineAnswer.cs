using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace DriverHost.Logs;

/// <summary>An answer of the engine, read as it comes. Another thread may end it with <see cref="Abort"/>.</summary>
internal sealed partial class EngineAnswer(Socket socket) : IDisposable
{
    /// <summary>So much may gather: some 270 lines fill the connection, and then the engine would wait, too.</summary>
    private const int Enough = 8 * 1024;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(1);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _chunked;
    private bool _ended;
    private bool _afterChunk;
    private bool _busy;
    private long _receivedAt;
    private TimeSpan _wait = LongestWait;
    private long _left = -1;

    public int Status { get; private set; }

    /// <summary>False: nothing came within the time of <see cref="Patience"/>. The answer may be read on.</summary>
    public bool Silent { get; private set; }

    /// <summary>How long a read waits before it comes back with nothing; null for as long as it takes.</summary>
    public TimeSpan? Patience
    {
        get;
        set
        {
            // It is set after each receive: only a change is worth a call of the system.
            if (field != value)
            {
                field = value;
                socket.ReceiveTimeout = value is { } wait ? (int)wait.TotalMilliseconds : 0;
            }
        }
    }

    /// <summary>Waits for the head. Old engines send it with the first byte of a log only.</summary>
    public void ReadHead()
    {
        var status = ReadTextLine().Split(' ');
        Status = status.Length > 1 && int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code
            : throw new IOException("The engine's answer is not HTTP.");
        for (var line = ReadTextLine(); line.Length > 0; line = ReadTextLine())
        {
            if (line.StartsWith("transfer-encoding:", StringComparison.OrdinalIgnoreCase) && line.EndsWith("chunked", StringComparison.OrdinalIgnoreCase))
            {
                _chunked = true;
                _left = 0;
            }
            else if (!_chunked && line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
            {
                _left = long.Parse(line.AsSpan(15).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>What has come of the body. Empty: it ended, or see <see cref="Silent"/>.</summary>
    public ReadOnlySpan<byte> ReadBody()
    {
        Silent = false;
        if (_chunked && _left == 0 && !_ended)
        {
            if (_start == _end && !Fill())
            {
                return Silent ? [] : throw new IOException("The engine's answer broke off.");
            }

            // Only the start of a chunk may be waited for in silence: its head comes in one piece with it.
            _left = ReadChunkHead();
            _ended = _left == 0;
        }

        if (_ended || _left == 0 || (_start == _end && !Fill()))
        {
            return Silent || _ended || _left <= 0 ? [] : throw new IOException("The engine's answer broke off.");
        }

        var count = _left < 0 ? _end - _start : (int)Math.Min(_left, _end - _start);
        var body = _buffer.AsSpan(_start, count);
        _start += count;
        if (_left > 0)
        {
            _left -= count;
            if (_chunked && _left == 0)
            {
                // The end of the chunk mostly came with it; a reader that looks for more must not see it.
                _afterChunk = _end - _start < 2;
                _start += _afterChunk ? 0 : 2;
            }
        }

        return body;
    }

    /// <summary>More of the body lies in memory already: reading on doesn't wait.</summary>
    public bool HasMore => _start < _end;

    public void Abort()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose() => socket.Dispose();

    private long ReadChunkHead()
    {
        if (_afterChunk)
        {
            _afterChunk = false;
            while (NextByte() != '\n')
            {
            }
        }

        long size = 0;
        var extension = false;
        for (var next = NextByte(); next != '\n'; next = NextByte())
        {
            extension |= next == ';';
            if (!extension && next != '\r')
            {
                size = HexDigit(next) is >= 0 and var digit ? checked((size * 16) + digit) : throw new IOException("The engine's answer is not HTTP.");
            }
        }

        return size;
    }

    private static int HexDigit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    private byte NextByte()
    {
        while (_start == _end)
        {
            if (!Fill() && !Silent)
            {
                throw new IOException("The engine's answer broke off.");
            }
        }

        return _buffer[_start++];
    }

    private string ReadTextLine()
    {
        var text = new StringBuilder();
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var length = newline < 0 ? _end - _start : newline;
            text.Append(Encoding.ASCII.GetString(_buffer, _start, length));
            _start += newline < 0 ? length : length + 1;
            if (newline >= 0)
            {
                return text.ToString().TrimEnd('\r');
            }

            if (!Fill() && !Silent)
            {
                throw new IOException("The engine's answer broke off.");
            }
        }
    }

    private bool Fill()
    {
        _start = _end = 0;
        if (_busy)
        {
            // The engine writes line by line, and a line that finds somebody waiting wakes them, which costs it more than the line: let some gather.
            // A thread that does nothing else; .NET's own sleep knows no less than a millisecond.
            _ = Sleep((uint)_wait.TotalMicroseconds);
        }

        try
        {
            var asked = Stopwatch.GetTimestamp();
            _end = socket.Receive(_buffer);
            var now = Stopwatch.GetTimestamp();
            _busy = _end < _buffer.Length / 2 && Stopwatch.GetElapsedTime(asked, now) < LongestWait;
            _wait = TimeSpan.FromTicks(Math.Clamp(Stopwatch.GetElapsedTime(_receivedAt, now).Ticks * Enough / Math.Max(1, _end), ShortestWait.Ticks, LongestWait.Ticks));
            _receivedAt = now;
            return _end > 0;
        }
        catch (SocketException timeout) when (timeout.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            Silent = true;
            return false;
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            throw new IOException("The connection to the engine broke.", broken);
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
