using System.Globalization;

namespace Dashboard.Instances;

/// <summary>Names for new images. Glance takes 255 characters; whether a name is taken does not matter to it.</summary>
internal static class SnapshotName
{
    public const int MostCharacters = 255;

    /// <summary>"web-1 2026-08-25 10:41".</summary>
    public static string Default(string instance, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString(" yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return instance[..Math.Min(instance.Length, MostCharacters - stamp.Length)].Trim() + stamp;
    }

    /// <returns>Null when it is a good name.</returns>
    public static string? WhyNot(string name) => name.Trim().Length switch
    {
        0 => "Give it a name: images are found by it.",
        > MostCharacters => $"A name has at most {MostCharacters} characters.",
        _ => null,
    };
}
