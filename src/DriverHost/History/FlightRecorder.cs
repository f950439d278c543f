using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.Logs;
using DriverHost.Stats;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.History;

/// <summary>
/// Keeps log, exit and the engine's record of an instance when its process ends, and once more before a delete removes the container.
/// </summary>
internal sealed class FlightRecorder(
    DriverHostOptions options, EngineEvents events, InstanceBook book, LogArchives archives, LogCatchUp catchUp, EventMarks marks, FlightRecords records, ProjectBudget budget, StatsRecorder stats, TimeProvider time, ILogger<FlightRecorder> logger)
    : BackgroundService
{
    /// <summary>A delete waits that long for the log at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly EngineSocket _engine = new(options.DockerEndpoint.LocalPath);
    private readonly Channel<EngineEvent> _events = Channel.CreateUnbounded<EngineEvent>();

    /// <summary>Ends of processes whose record is not written yet.</summary>
    public int Waiting => _events.Reader.Count;

    /// <summary>Writes the record of an instance that is about to be deleted. Its process has ended.</summary>
    /// <param name="ran">Its process ran until the delete.</param>
    public async Task KeepAsync(InstanceEntry entry, bool ran)
    {
        var problem = default(string);
        if (entry.Container is { } container)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            try
            {
                await catchUp.RunAsync(entry.Row.ProjectId, entry.Row.Id, container.Id, patience.Token);
            }
            catch (OperationCanceledException)
            {
                problem = $"The newest lines may be missing: the log could not be read within {Patience.TotalSeconds:0} s.";
            }
            catch (IOException failed)
            {
                problem = $"The newest lines may be missing: {failed.Message}";
            }
        }

        try
        {
            records.Write(Record(entry, problem) with { DeletedAt = time.GetUtcNow(), RanUntilDeleted = ran });
            budget.Enforce(entry.Row.ProjectId);
        }
        catch (Exception failed) when (failed is IOException or SocketException or UnauthorizedAccessException)
        {
            // A full disk is no reason to keep the instance.
            HistoryLog.NotKept(logger, entry.Row.Id, failed.Message);
        }
    }

    /// <summary>What a record of the instance would say now.</summary>
    /// <exception cref="Http.DriverFailure">503: the engine does not answer.</exception>
    public FlightRecord Now(InstanceEntry entry)
    {
        try
        {
            return Record(entry, problem: null);
        }
        catch (Exception failed) when (failed is IOException or SocketException)
        {
            throw new Http.DriverFailure(503, "engine_unreachable", "The Docker engine does not answer, and nothing was recorded of this instance before.", failed);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = events.Subscribe(happened => _events.Writer.TryWrite(happened));
        await foreach (var happened in _events.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                marks.Take(happened);
                if (happened.Action == "die" && book.Entry(happened.InstanceId) is { Container: not null } entry)
                {
                    await KeepEndAsync(entry, stoppingToken);
                }
            }
            catch (Exception failed) when (failed is IOException or SocketException or UnauthorizedAccessException)
            {
                // Removed meanwhile, or the disk is full: the delete tries again, and says so.
                HistoryLog.NotKept(logger, happened.InstanceId, failed.Message);
            }
        }
    }

    private async Task KeepEndAsync(InstanceEntry entry, CancellationToken cancellationToken)
    {
        await catchUp.RunAsync(entry.Row.ProjectId, entry.Row.Id, entry.Container!.Id, cancellationToken);
        if (book.Entry(entry.Row.Id) is { Row.Phase: not Store.InstancePhase.Deleting } still)
        {
            records.Write(Record(still, problem: null));
            budget.Enforce(entry.Row.ProjectId);
        }
    }

    private FlightRecord Record(InstanceEntry entry, string? problem)
    {
        var view = entry.View(engineAnswers: true);
        var (first, last) = archives.Of(entry.Row.ProjectId, entry.Row.Id).Range;
        return new FlightRecord
        {
            Id = view.Id,
            ProjectId = view.ProjectId,
            UserId = view.UserId,
            Name = view.Name,
            ImageId = view.ImageId,
            Flavor = view.Flavor,
            CreatedAt = view.CreatedAt,
            StartedAt = view.StartedAt,
            RecordedAt = time.GetUtcNow(),
            Exit = view.Exit,
            Fault = view.Fault,
            Addresses = view.Addresses,
            LastStats = stats.Last(view.Id),
            Log = new RecordedLog(last - first + 1, problem),
            Inspect = entry.Container is { } container ? Inspect(container.Id) : null,
        };
    }

    private JsonElement? Inspect(string container)
    {
        var (status, body) = _engine.Read($"/containers/{container}/json");
        if (status != 200 || JsonNode.Parse(body) is not { } inspect)
        {
            return null;
        }

        if (inspect["Config"]?["Env"] is JsonArray environment)
        {
            // Names are of use to who looks for a cause; values may be secrets, and outlive the instance here.
            for (var i = 0; i < environment.Count; i++)
            {
                environment[i] = environment[i]!.GetValue<string>().Split('=')[0];
            }
        }

        return JsonSerializer.SerializeToElement(inspect);
    }

    public override void Dispose()
    {
        _events.Writer.TryComplete();
        base.Dispose();
    }
}

internal static partial class HistoryLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Not kept of instance {Instance} at its end: {Reason}")]
    public static partial void NotKept(ILogger logger, string instance, string reason);
}
