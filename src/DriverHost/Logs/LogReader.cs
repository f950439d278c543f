using System.Buffers.Binary;

namespace DriverHost.Logs;

/// <summary>Makes lines of the engine's log stream. Give it the bytes in order, cut anywhere.</summary>
/// <remarks>
/// The engine sends messages of at most 16 KiB, each with its own stamp; a longer line is several messages, and those of
/// the two streams may alternate. So the pieces are joined per stream.
/// </remarks>
internal sealed class LogReader(ILogSink sink, bool tty)
{
    /// <summary>A longer line is cut here.</summary>
    public const int LineLimit = 64 * 1024;

    /// <summary>The engine writes a line without its end when it has this many bytes of it, or when the process has ended.</summary>
    public const int PieceLength = 16 * 1024;

    private const int HeaderLength = 8;

    private readonly LogStamp _stamp = new();
    private readonly byte[] _header = new byte[HeaderLength];
    private readonly LogPiece _out = new(LogKind.Out);
    private readonly LogPiece _err = new(LogKind.Err);
    private readonly byte[] _message = new byte[PieceLength + LogStamp.Length + LineLimit];
    private int _headerUsed;
    private int _messageUsed;
    private uint _messageLeft;
    private bool _messageCut;
    private LogCursor _last = new(0, -1);

    public void Push(ReadOnlySpan<byte> data)
    {
        if (tty)
        {
            PushRaw(data);
            return;
        }

        while (!data.IsEmpty)
        {
            if (_headerUsed < HeaderLength)
            {
                var part = Math.Min(HeaderLength - _headerUsed, data.Length);
                data[..part].CopyTo(_header.AsSpan(_headerUsed));
                _headerUsed += part;
                data = data[part..];
                if (_headerUsed == HeaderLength)
                {
                    _messageLeft = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
                    _messageUsed = 0;
                    _messageCut = false;
                    EndFrameWhenComplete();
                }

                continue;
            }

            var take = (int)Math.Min(_messageLeft, (uint)data.Length);
            if (_messageUsed == 0 && take == _messageLeft)
            {
                // The whole message lies in the given bytes: no copy.
                _messageLeft = 0;
                _headerUsed = 0;
                EndMessage((LogKind)_header[0], data[..take], cut: false);
            }
            else
            {
                var kept = Math.Min(take, _message.Length - _messageUsed);
                data[..kept].CopyTo(_message.AsSpan(_messageUsed));
                _messageUsed += kept;
                _messageCut |= kept < take;
                _messageLeft -= (uint)take;
                EndFrameWhenComplete();
            }

            data = data[take..];
        }
    }

    /// <summary>The stream ended: a last line without newline is a line, too.</summary>
    /// <param name="ended">False: the process may run, and what it is writing now is no line yet.</param>
    public void End(bool ended)
    {
        if (tty && _messageUsed > 0)
        {
            EndRawMessage(complete: false);
        }

        foreach (var piece in new[] { _out, _err }.Where(p => ended || !p.GoesOn))
        {
            Emit(piece);
        }
    }

    private void EndFrameWhenComplete()
    {
        if (_messageLeft == 0)
        {
            _headerUsed = 0;
            EndMessage((LogKind)_header[0], _message.AsSpan(0, _messageUsed), _messageCut);
        }
    }

    private void EndMessage(LogKind kind, ReadOnlySpan<byte> message, bool cut)
    {
        if (kind == LogKind.EngineError)
        {
            sink.Take(new LogLine(_last, kind, cut, message.TrimEnd("\r\n"u8)));
            return;
        }

        if (_stamp.TryRead(message, out var stamp))
        {
            message = message[LogStamp.Length..];
        }
        else
        {
            stamp = _last.Stamp;
        }

        var complete = cut || (message.Length > 0 && message[^1] == '\n');
        if (complete && !cut)
        {
            message = message[..^1];
        }

        if (tty && complete && message.Length > 0 && message[^1] == '\r')
        {
            message = message[..^1];
        }

        Add(kind == LogKind.Err ? _err : _out, stamp, message, complete, cut);
    }

    private void Add(LogPiece piece, long stamp, ReadOnlySpan<byte> text, bool complete, bool cut)
    {
        // A process that ended without a newline leaves an open line; what the next run writes has another stamp.
        if (piece.Open && piece.Stamp != stamp && piece.LastLength < PieceLength)
        {
            Emit(piece);
        }

        if (complete && !piece.Open)
        {
            Emit(stamp, piece.Kind, cut || text.Length > LineLimit, text.Length > LineLimit ? text[..LineLimit] : text);
            return;
        }

        piece.Append(stamp, text, cut);
        if (complete)
        {
            Emit(piece);
        }
    }

    private void Emit(LogPiece piece)
    {
        if (piece.Open)
        {
            Emit(piece.Stamp, piece.Kind, piece.Cut, piece.Text);
            piece.Clear();
        }
    }

    private void Emit(long stamp, LogKind kind, bool cut, ReadOnlySpan<byte> text)
    {
        _last = stamp == _last.Stamp ? new(stamp, _last.Ordinal + 1) : new(stamp, 0);
        sink.Take(new LogLine(_last, kind, cut, text));
    }

    private void PushRaw(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            // A message is a stamp and up to 16 KiB; only a newline or the full length ends it.
            var room = LogStamp.Length + PieceLength - _messageUsed;
            var newline = data[..Math.Min(room, data.Length)].IndexOf((byte)'\n');
            var take = newline >= 0 ? newline + 1 : Math.Min(room, data.Length);
            data[..take].CopyTo(_message.AsSpan(_messageUsed));
            _messageUsed += take;
            data = data[take..];
            if (newline >= 0 || take == room)
            {
                EndRawMessage(newline >= 0);
            }
        }
    }

    private void EndRawMessage(bool complete)
    {
        var message = _message.AsSpan(0, _messageUsed);
        _messageUsed = 0;

        // A newline right after the 16 KiB comes as a message of its own, after a stamp of its own.
        if (!complete && !_stamp.TryRead(message, out _) && _out.Open)
        {
            _out.Append(_out.Stamp, message, cut: false);
            return;
        }

        EndMessage(LogKind.Out, message, cut: false);
    }
}
