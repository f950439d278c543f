using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dashboard.Tests;

/// <summary>A browser without scripts: keeps cookies, sends forms, follows no redirect.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly Uri _home;
    private readonly CookieContainer _cookies = new();

    public Visitor(Uri home)
    {
        _home = home;
        Http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = home };
        Http.DefaultRequestHeaders.Add("Accept", "text/html");
    }

    public HttpClient Http { get; }

    public CookieCollection Cookies => _cookies.GetAllCookies();

    public async Task<Page> OpenAsync(string path)
    {
        using var answer = await Http.GetAsync(path);
        return await Page.OfAsync(answer);
    }

    /// <summary>Opens the sign-in page and sends its form.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string user, string password, string? returnUrl = null, params (string Name, string Value)[] more) =>
        await SubmitAsync(user, password, await OpenAsync(returnUrl is null ? "/sign-in" : $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}"), more);

    /// <summary>Sends the form of a sign-in page that is open.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string user, string password, Page page, params (string Name, string Value)[] more) =>
        await SendAsync("/sign-in", page, [("_handler", "sign-in"), ("Input.UserName", user), ("Input.Password", password), ("Input.ReturnUrl", page.ReturnUrl), .. more]);

    /// <summary>Sends a form with the antiforgery token of a page that was opened before.</summary>
    public async Task<HttpResponseMessage> SendAsync(string path, Page from, params (string Name, string Value)[] fields) =>
        await Http.PostAsync(path, new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("__RequestVerificationToken", from.FormToken)]));

    /// <summary>Sends a file as upload.js does.</summary>
    public async Task<HttpResponseMessage> SendFileAsync(string path, Page from, byte[] file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new("application/octet-stream");
        request.Headers.Add("RequestVerificationToken", from.FormToken);
        return await Http.SendAsync(request);
    }

    /// <summary>Sends JSON as the scripts of a page do.</summary>
    public async Task<HttpResponseMessage> PutAsync(string path, Page from, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("RequestVerificationToken", from.FormToken);
        request.Headers.Accept.ParseAdd("application/json");
        return await Http.SendAsync(request);
    }

    /// <summary>The session that the cookie names. Only the server can read it.</summary>
    public string SessionId(IServiceProvider services)
    {
        var cookie = _cookies.GetCookies(_home)["dashboard-session"]!.Value;
        var format = services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme).TicketDataFormat;
        return format.Unprotect(Uri.UnescapeDataString(cookie))!.Principal.Claims.Single(c => c.Type.EndsWith("SessionId", StringComparison.Ordinal)).Value;
    }

    public void Dispose() => Http.Dispose();

    internal sealed partial record Page(HttpStatusCode Status, string Html, string? Location)
    {
        public static async Task<Page> OfAsync(HttpResponseMessage answer) => new(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.ToString());

        public string FormToken => TokenPattern().Match(Html).Groups[1].Value;
        public string ReturnUrl => ReturnPattern().Match(Html) is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : "";

        [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
        private static partial Regex TokenPattern();

        [GeneratedRegex("name=\"Input.ReturnUrl\" value=\"([^\"]*)\"")]
        private static partial Regex ReturnPattern();
    }
}
