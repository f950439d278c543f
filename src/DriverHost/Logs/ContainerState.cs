using System.Text.Json;
using DriverHost.Docker;

namespace DriverHost.Logs;

/// <summary>What the log path asks of the engine's inspect record.</summary>
internal sealed record ContainerState(bool Tty, bool Runs, int ExitCode, bool OutOfMemory, DateTimeOffset FinishedAt, DateTimeOffset StartedAt = default)
{
    /// <summary>Null: there is no such container.</summary>
    /// <exception cref="IOException">The engine does not answer.</exception>
    public static ContainerState? Read(EngineSocket engine, string container)
    {
        var (status, body) = engine.Read($"/containers/{container}/json");
        if (status == 404)
        {
            return null;
        }

        if (status != 200)
        {
            throw new IOException($"The engine answered {status} to inspect.");
        }

        using var document = JsonDocument.Parse(body);
        var state = document.RootElement.GetProperty("State"u8);
        var running = state.GetProperty("Running"u8).GetBoolean();
        var started = state.GetProperty("StartedAt"u8).GetDateTimeOffset();
        return new ContainerState(
            document.RootElement.GetProperty("Config"u8).GetProperty("Tty"u8).GetBoolean(),
            running,
            state.GetProperty("ExitCode"u8).GetInt32(),
            state.GetProperty("OOMKilled"u8).GetBoolean(),
            ContainerFacts.End(running, started, state.GetProperty("FinishedAt"u8).GetDateTimeOffset())!.Value,
            started);
    }

    /// <summary>The words of an end without a failure.</summary>
    public const string EndedWell = "ended with code 0";

    /// <summary>The type of the mark that tells the end: <c>oom</c> or <c>exit</c>.</summary>
    public string EndType => OutOfMemory ? "oom" : "exit";

    public string ExitWords => OutOfMemory ? "killed: out of memory" : ExitCode switch
    {
        0 => EndedWell,
        137 => "killed (code 137)",
        143 => "ended by a stop request (code 143)",
        _ => $"ended with code {ExitCode}",
    };
}
