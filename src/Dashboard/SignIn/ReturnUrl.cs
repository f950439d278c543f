namespace Dashboard.SignIn;

/// <summary>Where to go after signing in: only ever a page of this site.</summary>
internal static class ReturnUrl
{
    public static string Local(string? url) =>
        url is { Length: > 0 and < 2000 } && url[0] == '/' && (url.Length == 1 || (url[1] != '/' && url[1] != '\\')) && !url.Any(char.IsControl) && !url.StartsWith("/sign-", StringComparison.Ordinal)
            ? url : "/";

    public static string SignIn(string? url) => Local(url) is var local && local == "/" ? "/sign-in" : $"/sign-in?returnUrl={Uri.EscapeDataString(local)}";
}
