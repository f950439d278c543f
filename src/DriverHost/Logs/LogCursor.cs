using System.Globalization;

namespace DriverHost.Logs;

/// <summary>Names one line of one container: the engine's stamp, and the ordinal among lines of equal stamps.</summary>
/// <param name="Stamp">Nanoseconds since 1970.</param>
internal readonly record struct LogCursor(long Stamp, int Ordinal)
{
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(Stamp / 100);

    /// <summary>A stamp as the engine's <c>since</c> wants it: seconds and nine digits.</summary>
    public static string Seconds(long stamp) => string.Create(CultureInfo.InvariantCulture, $"{stamp / 1_000_000_000}.{stamp % 1_000_000_000:D9}");

    public static long StampOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Stamp}-{Ordinal}");

    public static bool TryParse(string? text, out LogCursor cursor)
    {
        cursor = default;
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        if (dash <= 0
            || !long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var stamp)
            || !int.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal))
        {
            return false;
        }

        cursor = new(stamp, ordinal);
        return true;
    }
}
