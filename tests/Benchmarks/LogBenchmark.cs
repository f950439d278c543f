using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Benchmarks.Measuring;
using TestKit;

namespace Benchmarks;

/// <summary>A long log through engine, driver host and dashboard to a signed-in browser's request, beside <c>curl</c> on the engine's own socket.</summary>
internal static partial class LogBenchmark
{
    private const int Pairs = 3;
    private const int Lines = 150_000;

    public static async Task<Figure> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        // The engine keeps three files of 10 MB of a log: this one stays below.
        using var archive = new MemoryStream(TestImages.Running($"yes {new string('x', 60)} | head -n {Lines}"));
        var image = await cloud.CreateImageAsync("log", archive);
        var server = await cloud.BootAsync("chatty", image);
        await cloud.UntilServerAsync(server, "SHUTOFF");
        var container = (await Engine.ContainersAsync(cloud.Product.DataPath)).Single();
        var kept = int.Parse((await Command.RunAsync("bash", "-c", $"docker logs {container} | wc -l")).Succeeded(), CultureInfo.InvariantCulture);
        using var browser = await SignInAsync(cloud.Product);

        var (ours, curl) = await Timing.PairsAsync(
            Pairs,
            async _ => kept / await SecondsAsync(async () =>
            {
                var seen = await ReadLinesAsync(browser, new Uri(cloud.Product.DashboardUrl, $"logs/{server}?follow=true"));
                if (seen != kept)
                {
                    throw new InvalidOperationException($"The dashboard showed {seen} of {kept} lines.");
                }
            }),
            async _ => kept / await SecondsAsync(async () => (await Command.RunAsync(
                "curl", "-sS", "-o", "/dev/null", "--unix-socket", "/var/run/docker.sock", $"http://docker/v1.41/containers/{container}/logs?stdout=1&stderr=1&timestamps=1&follow=1")).Succeeded()));
        return new Figure("log through the whole path", ours.Median(), "`curl` on the engine's socket", curl.Median(), "lines/s", "≥ 0.8×", string.Create(CultureInfo.InvariantCulture, $"{kept:#,0} lines of a finished container, median of {Pairs} pairs"));
    }

    private static async Task<double> SecondsAsync(Func<Task> work) => await Timing.MillisecondsAsync(work) / 1000;

    private static async Task<int> ReadLinesAsync(HttpClient browser, Uri address)
    {
        using var answer = await browser.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var lines = 0;
        var rest = Array.Empty<byte>();
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
        {
            byte[] all = rest.Length == 0 ? buffer[..read] : [.. rest, .. buffer[..read]];
            var from = 0;
            for (int end; (end = Array.IndexOf(all, (byte)'\n', from)) >= 0; from = end + 1)
            {
                lines += all.AsSpan(from, end - from).IndexOf("\"text\":"u8) >= 0 ? 1 : 0;
                if (all.AsSpan(from, end - from).IndexOf("\"end\":"u8) >= 0)
                {
                    return lines;
                }
            }

            rest = all[from..];
        }

        return lines;
    }

    private static async Task<HttpClient> SignInAsync(ProductProcess product)
    {
        var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { Timeout = TimeSpan.FromMinutes(10) };
        var page = await browser.GetStringAsync(new Uri(product.DashboardUrl, "sign-in"));
        var fields = HiddenFields().Matches(page).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        fields["Input.UserName"] = "admin";
        fields["Input.Password"] = product.AdminPassword;
        using var answer = await browser.PostAsync(new Uri(product.DashboardUrl, "sign-in"), new FormUrlEncodedContent(fields));
        Trace.Assert(answer.RequestMessage!.RequestUri!.AbsolutePath != "/sign-in", "The sign-in was refused.");
        return browser;
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenFields();
}
