using System.Globalization;
using System.Text.RegularExpressions;
using TestKit;

namespace Dashboard.Tests.Theme;

/// <summary>The colours of wwwroot/css/tokens.css, theme by theme.</summary>
internal static partial class TokensFile
{
    public static readonly string[] Themes = ["light", "dark", "hc-light", "hc-dark"];

    private static readonly Dictionary<string, Dictionary<string, string>> Colors = Read();

    public static IReadOnlyDictionary<string, string> Of(string theme) => Colors[theme];

    /// <summary>WCAG 2 contrast of two tokens of a theme.</summary>
    public static double Contrast(string theme, string text, string ground)
    {
        var (a, b) = (Luminance(Colors[theme][text]), Luminance(Colors[theme][ground]));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    private static Dictionary<string, Dictionary<string, string>> Read()
    {
        var css = CommentPattern().Replace(File.ReadAllText(Path.Combine(Repository.Root, "wwwroot", "css", "tokens.css")), "");
        return Themes.ToDictionary(theme => theme, theme =>
        {
            var block = Regex.Match(css, $$"""\[data-theme="{{theme}}"\]\s*\{([^}]*)\}""").Groups[1].Value;
            return TokenPattern().Matches(block).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim());
        });
    }

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"--([a-z0-9-]+):\s*([^;]+);")]
    private static partial Regex TokenPattern();
}
