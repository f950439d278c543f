using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Theme;

namespace Dashboard.Tests.Theme;

/// <summary>MudBlazor's palettes repeat what tokens.css says: this holds the two files together.</summary>
public sealed partial class TokenColorsTests
{
    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    [InlineData("hc-light")]
    [InlineData("hc-dark")]
    public void TokenColors_Theme_AreThoseOfTheStyleSheet(string theme)
    {
        var colors = theme switch { "light" => TokenColors.Light, "dark" => TokenColors.Dark, "hc-light" => TokenColors.HighContrastLight, _ => TokenColors.HighContrastDark };
        var properties = typeof(TokenColors).GetProperties().Where(p => p is { CanWrite: true } && p.PropertyType == typeof(string) && !p.GetMethod!.IsStatic).ToList();

        var repeated = properties.ToDictionary(p => Token(p.Name), p => Plain((string)p.GetValue(colors)!));

        Assert.True(properties.Count > 15);
        Assert.Equal(repeated.Keys.ToDictionary(k => k, k => Plain(TokensFile.Of(theme)[k])), repeated);
    }

    [Theory]
    [InlineData("rgb(15 22 20 / .42)", "rgba(15,22,20,0.42)")]
    [InlineData("#AABBCC", "#aabbcc")]
    public void Plain_SameColor_IsTheSame(string one, string other) => Assert.Equal(Plain(one), Plain(other));

    // Ink2 → ink-2, OnAccent → on-accent.
    private static string Token(string property) => WordPattern().Replace(property, "-$0").ToLowerInvariant();

    private static string Plain(string color) => color.StartsWith('#')
        ? color.ToLowerInvariant()
        : string.Join(' ', NumberPattern().Matches(color).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)));

    [GeneratedRegex("(?<=.)([A-Z]|[0-9])")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"[0-9]*\.?[0-9]+")]
    private static partial Regex NumberPattern();
}
