using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriverHost.Client;
using OpenStack.Errors;
using OpenStack.Nova;

namespace Dashboard.Logs;

/// <summary>For instances which no driver host of ours knows, or whose driver host is silent: Nova's console output as log records, asked for again and again.</summary>
internal sealed class NovaConsole(TimeProvider time)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Where the lines come from, for the viewer's foot.</summary>
    public const string Words = "Nova console, refreshed every 5 s, not live";

    /// <summary>What Nova has now.</summary>
    public static async Task<string[]> ReadAsync(INovaApi nova, string instanceId, CancellationToken cancellationToken) =>
        Split((await nova.GetConsoleOutputAsync(instanceId, new ServerAction { ConsoleOutput = new ConsoleOutputAction() }, cancellationToken)).Output);

    /// <summary>Writes records until Nova refuses, or there is something better.</summary>
    /// <param name="first">What was read already.</param>
    /// <param name="better">Whether the log itself can be had again: then this ends, and the viewer comes again.</param>
    public async Task StreamAsync(
        INovaApi nova, string instanceId, string source, string[] first, Func<CancellationToken, Task<bool>> better, PipeWriter writer, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        Write(writer, new LogRecord { Event = new LogEvent("console", time.GetUtcNow(), source) });
        string[] shown = [];
        var now = first;
        while (true)
        {
            foreach (var line in now.AsSpan(Known(shown, now)))
            {
                Write(writer, new LogRecord { Stream = "out", Text = line });
            }

            Write(writer, new LogRecord { Ping = time.GetUtcNow() });
            shown = now;
            await writer.FlushAsync(cancellationToken);
            await timer.WaitForNextTickAsync(cancellationToken);
            if (await better(cancellationToken))
            {
                return;
            }

            try
            {
                now = await ReadAsync(nova, instanceId, cancellationToken);
            }
            catch (OpenStackException refused)
            {
                Write(writer, new LogRecord { Event = new LogEvent("error", time.GetUtcNow(), refused.Message) });
                await writer.FlushAsync(cancellationToken);
                return;
            }
        }
    }

    /// <summary>How many lines at the start of the new output were there before: Nova keeps the newest only, so the start moves.</summary>
    internal static int Known(string[] before, string[] now)
    {
        for (var moved = 0; moved < before.Length; moved++)
        {
            var rest = before.AsSpan(moved);
            if (rest.Length <= now.Length && rest.SequenceEqual(now.AsSpan(0, rest.Length)))
            {
                return rest.Length;
            }
        }

        return 0;
    }

    // The last line may still grow: it is shown when its newline is there.
    private static string[] Split(string output)
    {
        var lines = output.Split('\n');
        return lines[..^1];
    }

    private static void Write(PipeWriter writer, LogRecord record) =>
        Encoding.UTF8.GetBytes($"{JsonSerializer.Serialize(record, Json)}\n", writer);
}
