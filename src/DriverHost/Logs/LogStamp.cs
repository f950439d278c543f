using System.Buffers.Text;

namespace DriverHost.Logs;

/// <summary>Reads the engine's stamp: RFC 3339, UTC, always nine digits of fraction, then one space.</summary>
internal sealed class LogStamp
{
    /// <summary>Bytes of <c>2026-01-02T03:04:05.123456789Z</c> and the space.</summary>
    public const int Length = 31;

    private readonly byte[] _second = new byte[19];
    private long _secondNanos = -1;

    /// <summary>False when the text doesn't start with a stamp.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, out long stamp)
    {
        stamp = 0;
        if (text.Length < Length || text[19] != '.' || text[29] != 'Z' || text[30] != ' '
            || !Utf8Parser.TryParse(text.Slice(20, 9), out uint nanos, out var used) || used != 9)
        {
            return false;
        }

        // Most lines share their second with the line before.
        if (_secondNanos < 0 || !text[..19].SequenceEqual(_second))
        {
            if (!TryReadSecond(text, out var seconds))
            {
                return false;
            }

            text[..19].CopyTo(_second);
            _secondNanos = seconds * 1_000_000_000;
        }

        stamp = _secondNanos + nanos;
        return true;
    }

    private static bool TryReadSecond(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !TryDigits(text[..4], out var year) || !TryDigits(text.Slice(5, 2), out var month) || !TryDigits(text.Slice(8, 2), out var day)
            || !TryDigits(text.Slice(11, 2), out var hour) || !TryDigits(text.Slice(14, 2), out var minute) || !TryDigits(text.Slice(17, 2), out var second)
            || year is < 1970 or > 2200 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        seconds = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && text[0] is >= (byte)'0' and <= (byte)'9';
}
