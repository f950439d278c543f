using System.Diagnostics;
using Benchmarks.Measuring;
using TestKit;

namespace Benchmarks;

/// <summary>From starting the product on its data until the sign-in page answers, beside a bare web application of the same framework.</summary>
internal static class StartBenchmark
{
    private const int Pairs = 5;

    public static async Task<Figure[]> RunAsync()
    {
        var product = await ProductProcess.StartNewAsync();
        await product.StopAsync();
        try
        {
            string[] arguments = [Repository.ProductDll, "--Data:Path", product.DataPath, "--Dashboard:Url", Address(product.DashboardUrl), "--Cloud:Url", Address(product.CloudUrl)];
            var (ours, bare) = await Timing.PairsAsync(
                Pairs,
                _ => UntilAnswerAsync(arguments, new Uri(product.DashboardUrl, "sign-in")),
                _ =>
                {
                    var address = new Uri($"http://127.0.0.1:{ProductProcess.FreePort()}");
                    return UntilAnswerAsync([Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), BareServer.Verb, Address(address)], address);
                });
            return [new Figure("start → sign-in page answers", ours.Median(), "bare web application", bare.Median(), "ms", "< 2 s", $"median of {Pairs} pairs, all three roles, data in place")];
        }
        finally
        {
            await product.DisposeAsync();
        }
    }

    private static async Task<double> UntilAnswerAsync(string[] arguments, Uri address)
    {
        using var http = new HttpClient();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process? process = null;
        try
        {
            return await Timing.MillisecondsAsync(async () =>
            {
                process = Process.Start(start)!;
                process.OutputDataReceived += (_, _) => { };
                process.BeginOutputReadLine();
                process.ErrorDataReceived += (_, _) => { };
                process.BeginErrorReadLine();
                while (!await AnswersAsync(http, address))
                {
                    if (process.HasExited)
                    {
                        throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}.");
                    }

                    await Task.Delay(5);
                }
            });
        }
        finally
        {
            process?.Kill();
            await (process?.WaitForExitAsync() ?? Task.CompletedTask);
            process?.Dispose();
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Address(Uri address) => address.ToString().TrimEnd('/');
}
