using MudBlazor;

namespace Dashboard.Theme;

/// <summary>The type scale of tokens.css in MudBlazor's words.</summary>
internal static class ThemeTypography
{
    private static readonly string[] Family = ["Inter Variable", "Inter", "Segoe UI", "Roboto", "Liberation Sans", "Arial", "sans-serif"];

    public static Typography Create() => new()
    {
        Default = Set(new DefaultTypography(), 0.8125, "400", "1.538"),
        H1 = Set(new H1Typography(), 1.75, "600", "1.286", "-0.02em"),
        H2 = Set(new H2Typography(), 1.5, "600", "1.167", "-0.02em"),
        H3 = Set(new H3Typography(), 1.25, "600", "1.4", "-0.012em"),
        H4 = Set(new H4Typography(), 0.9375, "600", "1.467"),
        H5 = Set(new H5Typography(), 0.9375, "600", "1.467"),
        H6 = Set(new H6Typography(), 0.9375, "600", "1.467"),
        Body1 = Set(new Body1Typography(), 0.875, "400", "1.571"),
        Body2 = Set(new Body2Typography(), 0.8125, "400", "1.538"),
        Subtitle1 = Set(new Subtitle1Typography(), 0.8125, "550", "1.538"),
        Subtitle2 = Set(new Subtitle2Typography(), 0.75, "550", "1.333"),
        Button = Set(new ButtonTypography { TextTransform = "none" }, 0.8125, "550", "1.538"),
        Caption = Set(new CaptionTypography(), 0.75, "400", "1.333"),
        Overline = Set(new OverlineTypography { TextTransform = "none" }, 0.75, "550", "1.333"),
    };

    private static T Set<T>(T typography, double rem, string weight, string lineHeight, string letterSpacing = "normal")
        where T : BaseTypography
    {
        typography.FontFamily = Family;
        typography.FontSize = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{rem}rem");
        typography.FontWeight = weight;
        typography.LineHeight = lineHeight;
        typography.LetterSpacing = letterSpacing;
        return typography;
    }
}
