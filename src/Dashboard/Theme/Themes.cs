using MudBlazor;

namespace Dashboard.Theme;

/// <summary>The two MudBlazor themes, each light and dark. Which one is drawn follows <see cref="ThemeChoice"/>.</summary>
internal static class Themes
{
    public static MudTheme Standard { get; } = Create(TokenColors.Light, TokenColors.Dark);

    public static MudTheme HighContrast { get; } = Create(TokenColors.HighContrastLight, TokenColors.HighContrastDark);

    private static MudTheme Create(TokenColors light, TokenColors dark) => new()
    {
        PaletteLight = Fill(new PaletteLight(), light),
        PaletteDark = Fill(new PaletteDark(), dark),
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", AppbarHeight = "48px", DrawerWidthLeft = "208px", DrawerMiniWidthLeft = "56px", DrawerWidthRight = "960px" },
        Shadows = new Shadow { Elevation = ["none", "var(--shadow-1)", "var(--shadow-2)", .. Enumerable.Repeat("var(--shadow-3)", 23)] },
        ZIndex = new ZIndex { Drawer = 1100, AppBar = 1200, Dialog = 1400, Popover = 1450, Snackbar = 1500, Tooltip = 1600 },
        Typography = ThemeTypography.Create(),
    };

    private static T Fill<T>(T palette, TokenColors colors)
        where T : Palette
    {
        palette.Primary = colors.Accent;
        palette.PrimaryContrastText = colors.OnAccent;
        palette.PrimaryDarken = colors.AccentHover;
        palette.PrimaryLighten = colors.AccentHover;
        palette.Secondary = colors.Ink2;
        palette.SecondaryContrastText = colors.Surface;
        palette.Dark = colors.Ink;
        palette.DarkContrastText = colors.Surface;
        palette.Tertiary = colors.Paused;
        palette.TertiaryContrastText = colors.Surface;
        palette.Info = colors.Starting;
        palette.InfoContrastText = colors.Surface;
        palette.Success = colors.Running;
        palette.SuccessContrastText = colors.Surface;
        palette.Warning = colors.Failed;
        palette.WarningContrastText = colors.Surface;
        palette.Error = colors.Error;
        palette.ErrorContrastText = colors.Surface;
        palette.Background = colors.Bg;
        palette.BackgroundGray = colors.Sunken;
        palette.Surface = colors.Surface;
        palette.TextPrimary = colors.Ink;
        palette.TextSecondary = colors.Ink2;
        palette.TextDisabled = colors.InkOff;
        palette.ActionDefault = colors.Ink2;
        palette.ActionDisabled = colors.InkOff;
        palette.ActionDisabledBackground = colors.Sunken;
        palette.LinesDefault = colors.Line;
        palette.TableLines = colors.Line;
        palette.Divider = colors.Line;
        palette.DividerLight = colors.Line;
        palette.LinesInputs = colors.LineStrong;
        palette.TableHover = colors.Hover;
        palette.TableStriped = colors.Surface;
        palette.AppbarBackground = colors.Surface;
        palette.AppbarText = colors.Ink;
        palette.DrawerBackground = colors.Bg;
        palette.DrawerText = colors.Ink2;
        palette.DrawerIcon = colors.Ink2;
        palette.Skeleton = colors.Skeleton;
        palette.OverlayDark = colors.Shade;
        palette.OverlayLight = colors.Shade;
        palette.HoverOpacity = 0.06;
        palette.RippleOpacity = 0;
        palette.RippleOpacitySecondary = 0;
        return palette;
    }
}
