using System.Globalization;

namespace Dashboard.Processes;

/// <summary>The kernel's letters and numbers in words.</summary>
internal static class ProcessWords
{
    public static string State(string letter) => letter switch
    {
        "R" => "running",
        "S" => "sleeping",
        "D" => "waiting for a device",
        "T" => "stopped",
        "t" => "traced",
        "Z" => "ended, not waited for",
        "I" => "idle",
        _ => letter,
    };

    /// <summary>Names are the image's own affair: only root is the same everywhere.</summary>
    public static string User(long id) => id == 0 ? "root" : id.ToString(CultureInfo.InvariantCulture);

    public static string Percent(double? percent) => percent is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0} %") : "–";

    public static string Memory(long bytes) => bytes < 1 << 20 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} KiB") : Components.Units.Memory(bytes / 1048576.0);
}
