namespace Dashboard.SignIn;

/// <summary>Small cookies that survive a sign-out: which domain, project and region were used last. Nothing in them grants anything.</summary>
internal static class Preferences
{
    private const string DomainCookie = "dashboard-domain";
    private const string ProjectCookie = "dashboard-project";
    private const string RegionCookie = "dashboard-region";

    public static string? Domain(HttpContext context) => context.Request.Cookies[DomainCookie];
    public static string? ProjectId(HttpContext context) => context.Request.Cookies[ProjectCookie];
    public static string? Region(HttpContext context) => context.Request.Cookies[RegionCookie];
    public static void RememberDomain(HttpContext context, string domain) => Remember(context, DomainCookie, domain);
    public static void RememberProject(HttpContext context, string projectId) => Remember(context, ProjectCookie, projectId);

    public static void RememberRegion(HttpContext context, string region) => Remember(context, RegionCookie, region);

    private static void Remember(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(name, value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromDays(365), Path = "/" });
}
