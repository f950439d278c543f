using System.Globalization;

namespace Dashboard.Components;

/// <summary>Figures with their units: MiB and GiB for memory, kB, MB and GB for bytes moved or stored.</summary>
public static class Units
{
    /// <param name="mebibytes">As Nova counts memory.</param>
    public static string Memory(double mebibytes) => mebibytes >= 1024 ? $"{Figure(mebibytes / 1024)} GiB" : $"{Figure(mebibytes)} MiB";

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1_000_000_000 => $"{Figure(bytes / 1e9)} GB",
        >= 1_000_000 => $"{Figure(bytes / 1e6)} MB",
        >= 1000 => $"{Figure(bytes / 1e3)} kB",
        _ => $"{bytes} B",
    };

    private static string Figure(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
