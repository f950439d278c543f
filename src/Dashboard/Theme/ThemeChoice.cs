namespace Dashboard.Theme;

/// <summary>What the user chose and what that comes to. Both travel in cookies that theme.js writes, so that the server draws the first frame right.</summary>
/// <param name="Choice">light, dark, hc-light, hc-dark or system.</param>
/// <param name="Resolved">light, dark, hc-light or hc-dark: for system, what the browser said last.</param>
public sealed record ThemeChoice(string Choice, string Resolved)
{
    public const string ChoiceCookie = "dashboard-theme";
    public const string ResolvedCookie = "dashboard-theme-now";
    public static readonly IReadOnlyList<(string Value, string Label)> All =
        [("system", "Same as the system"), ("light", "Light"), ("dark", "Dark"), ("hc-light", "High contrast, light"), ("hc-dark", "High contrast, dark")];

    public bool IsDark => Resolved is "dark" or "hc-dark";
    public bool IsHighContrast => Resolved.StartsWith("hc-", StringComparison.Ordinal);

    public static ThemeChoice From(IRequestCookieCollection cookies)
    {
        var choice = All.Any(t => t.Value == cookies[ChoiceCookie]) ? cookies[ChoiceCookie]! : "system";
        var resolved = choice != "system" ? choice : IsTheme(cookies[ResolvedCookie]) ? cookies[ResolvedCookie]! : "light";
        return new(choice, resolved);
    }

    public static bool IsTheme(string? value) => value is "light" or "dark" or "hc-light" or "hc-dark";
}
