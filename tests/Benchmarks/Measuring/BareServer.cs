using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Measuring;

/// <summary>The least that a web application of this framework does: the reference for starting and for answering.</summary>
internal static class BareServer
{
    public const string Verb = "bare-server";

    /// <summary>Answers every GET until it is killed.</summary>
    public static async Task<int> RunAsync(string address)
    {
        await using var app = Build(address, "ok"u8.ToArray());
        await app.RunAsync();
        return 0;
    }

    /// <summary>Answers every path with these bytes as JSON.</summary>
    public static WebApplication Build(string address, byte[] body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        app.MapGet("/{**path}", () => Results.Bytes(body, "application/json"));
        return app;
    }
}
