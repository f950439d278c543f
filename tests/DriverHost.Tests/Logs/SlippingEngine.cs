using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DriverHost.Logs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DriverHost.Tests.Logs;

/// <summary>An engine whose one container runs, and which rotates its log: what it says while it is followed is not what its files hold.</summary>
internal sealed class SlippingEngine : IAsyncDisposable
{
    private readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow();
    private WebApplication? _app;

    public string Socket { get; } = Path.Combine(Path.GetTempPath(), $"slipping-{Guid.NewGuid():N}.sock");

    /// <summary>The numbers of the lines that are in its files.</summary>
    public int[] Files { get; set; } = [];

    /// <summary>What it answers to each call that follows, one after the other: numbers of lines. The last stays open.</summary>
    public Queue<int[]> Followed { get; } = [];

    /// <summary>What is in the files once somebody has followed.</summary>
    public int[] FilesAfterwards { get; set; } = [];

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://unix:{Socket}");
        _app = builder.Build();
        _app.MapGet("/containers/{id}/json", () => Results.Json(new
        {
            Config = new { Tty = false },
            State = new { Running = true, ExitCode = 0, OOMKilled = false, FinishedAt = "0001-01-01T00:00:00Z", StartedAt = "2026-01-01T00:00:00Z" },
        }, new System.Text.Json.JsonSerializerOptions()));
        _app.MapGet("/containers/{id}/logs", AnswerAsync);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.StopAsync(new CancellationToken(true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var follows = context.Request.Query["follow"] == "1";
        var since = context.Request.Query["since"].ToString();
        foreach (var number in follows ? Followed.Dequeue() : context.Request.Query["tail"] == "1" ? Files.TakeLast(1) : Files)
        {
            if (string.CompareOrdinal(LogCursor.Seconds(StampOf(number)), since) >= 0)
            {
                await context.Response.Body.WriteAsync(Frame(number), context.RequestAborted);
            }
        }

        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (follows)
        {
            Files = FilesAfterwards;
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private long StampOf(int number) => LogCursor.StampOf(_began) + (number * 1_000_000L);

    private byte[] Frame(int number)
    {
        var time = new LogCursor(StampOf(number), 0).Time;
        var payload = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffff}00Z {number}\n"));
        var frame = new byte[8 + payload.Length];
        frame[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)payload.Length);
        payload.CopyTo(frame, 8);
        return frame;
    }
}
