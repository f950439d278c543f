using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using DriverHost.Client;
using TestKit;

namespace Benchmarks.Measuring;

/// <summary>A signed-in browser without a screen: its requests carry the dashboard's cookie.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _dashboard;

    private Visitor(HttpClient http, Uri dashboard)
    {
        _http = http;
        _dashboard = dashboard;
    }

    public static async Task<Visitor> SignInAsync(ProductProcess product)
    {
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { Timeout = TimeSpan.FromMinutes(20) };
        var page = await http.GetStringAsync(new Uri(product.DashboardUrl, "sign-in"));
        var fields = HiddenFields().Matches(page).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        fields["Input.UserName"] = "admin";
        fields["Input.Password"] = product.AdminPassword;
        using var answer = await http.PostAsync(new Uri(product.DashboardUrl, "sign-in"), new FormUrlEncodedContent(fields));
        Trace.Assert(answer.RequestMessage!.RequestUri!.AbsolutePath != "/sign-in", "The sign-in was refused.");
        return new Visitor(http, product.DashboardUrl);
    }

    /// <summary>Opens a log; what is not read stays in the connection.</summary>
    /// <param name="path">After <c>/logs/</c>: <c>{id}?follow=true</c>.</param>
    public async Task<LineReader> OpenAsync(string path)
    {
        var answer = await _http.GetAsync(new Uri(_dashboard, $"logs/{path}"), HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        return new LineReader(await answer.Content.ReadAsStreamAsync(), answer);
    }

    /// <summary>A line of a log as the record that it is; null for an empty one.</summary>
    public static LogRecord? Record(ReadOnlySpan<byte> line) => line.IsEmpty ? null : JsonSerializer.Deserialize<LogRecord>(line, JsonSerializerOptions.Web);

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenFields();
}
