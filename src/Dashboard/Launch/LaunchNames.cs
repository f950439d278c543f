using System.Text.RegularExpressions;

namespace Dashboard.Launch;

/// <summary>Names for new instances that say what they are.</summary>
internal static partial class LaunchNames
{
    public const int Longest = 255;

    /// <summary>The image's name without registry and tag, with a number when it is taken.</summary>
    public static string For(string imageName, IReadOnlySet<string> taken)
    {
        var last = imageName[(imageName.LastIndexOf('/') + 1)..];
        var colon = last.IndexOf(':', StringComparison.Ordinal);
        var plain = Odd().Replace((colon > 0 ? last[..colon] : last).ToLowerInvariant(), "-").Trim('-');
        return Next(plain.Length > 0 ? plain : "instance", taken);
    }

    /// <summary>The next free name of a row: web-1 is followed by web-2.</summary>
    public static string After(string name, IReadOnlySet<string> taken) => Next(Number().Replace(name, ""), taken);

    /// <summary>True when the instance's host name is its name, letter by letter.</summary>
    public static bool IsHostName(string name) => HostName().IsMatch(name);

    private static string Next(string stem, IReadOnlySet<string> taken)
    {
        if (!taken.Contains(stem))
        {
            return stem;
        }

        var number = 2;
        while (taken.Contains($"{stem}-{number}"))
        {
            number++;
        }

        return $"{stem}-{number}";
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Odd();

    [GeneratedRegex("-[0-9]{1,4}$")]
    private static partial Regex Number();

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex HostName();
}
