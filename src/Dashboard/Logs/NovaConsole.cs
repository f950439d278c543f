using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriverHost.Client;
using OpenStack.Errors;
using OpenStack.Nova;

namespace Dashboard.Logs;

/// <summary>For instances which no driver host of ours knows: Nova's console output as log records, asked for again and again.</summary>
internal sealed class NovaConsole(TimeProvider time)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public async Task StreamAsync(INovaApi nova, string instanceId, PipeWriter writer, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        string[] shown = [];
        Write(writer, new LogRecord { Event = new LogEvent("console", time.GetUtcNow(), "Nova console, refreshed every 5 s, not live") });
        await writer.FlushAsync(cancellationToken);
        do
        {
            string[] now;
            try
            {
                now = Split((await nova.GetConsoleOutputAsync(instanceId, new ServerAction { ConsoleOutput = new ConsoleOutputAction() }, cancellationToken)).Output);
            }
            catch (OpenStackException refused)
            {
                Write(writer, new LogRecord { Event = new LogEvent("error", time.GetUtcNow(), refused.Message) });
                await writer.FlushAsync(cancellationToken);
                return;
            }

            foreach (var line in now.AsSpan(Known(shown, now)))
            {
                Write(writer, new LogRecord { Stream = "out", Text = line });
            }

            Write(writer, new LogRecord { Ping = time.GetUtcNow() });
            shown = now;
            await writer.FlushAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
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
