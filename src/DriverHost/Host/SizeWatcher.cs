using System.Globalization;
using System.IO.Enumeration;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Audit;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.History;
using DriverHost.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Host;

/// <summary>
/// Stops who wrote more than its flavor has, with the reason, where the engine does not limit that itself. Its files stay, and it may be started again to
/// clean up; it is stopped anew only when it grew further. No engine limits the files that it lends to every container (/etc/hosts, /etc/hostname,
/// /etc/resolv.conf): they count always. Nor does any limit how many files there are, and a disk has room for so many: 65,536 for each GiB of the flavor.
/// </summary>
/// <remarks>
/// Asking the engine for a size makes it walk through the files. So all are asked only when the disk got fuller by <see cref="Step"/> or <see cref="FileStep"/> since
/// the last look, which no instance can outrun, and every <see cref="Longest"/>, as another may have freed what one wrote.
/// </remarks>
internal sealed class SizeWatcher(
    Engine engine, InstanceBook book, InstanceWork work, AuditBook audit, EventMarks marks, HostProbe probe, DiskGauge gauge, TimeProvider time, ILogger<SizeWatcher> logger)
    : BackgroundService
{
    public const string FaultCode = "disk_over_limit";

    /// <summary>As many as a file system of that size is made for: one for each 16 KiB.</summary>
    public const long FilesPerGib = 65_536;

    private const long Step = 64L << 20;
    private const long FileStep = 20_000;
    private const int MostCounted = 4_000_000;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    // What an instance had when it was stopped for its size.
    private readonly Dictionary<string, InstanceSize> _stopped = new(StringComparer.Ordinal);
    private DiskUse _then;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                // Also when the books cannot be written, as on a disk without room: all are asked again at the next look.
                _lookedAt = DateTimeOffset.MinValue;
                SizeLog.NotSeen(logger, failed);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!book.EngineAnswers || probe.Last is not { } proven)
        {
            return;
        }

        // Where the disk cannot be seen, the time alone says when.
        var disk = gauge(proven.Info.DockerRootDir) ?? _then;
        if (disk.Used - _then.Used < Step && disk.UsedFiles - _then.UsedFiles < FileStep && time.GetUtcNow() - _lookedAt < Longest)
        {
            // What was freed counts too: what is written next starts from here.
            _then = new DiskUse(disk.Total, Math.Max(disk.Free, disk.Total - _then.Used), Math.Min(disk.UsedFiles, _then.UsedFiles));
            return;
        }

        (_then, _lookedAt) = (disk, time.GetUtcNow());
        await LookAtAllAsync(cancellationToken);
    }

    /// <summary>Asks for the size of each that runs and has a limit.</summary>
    public async Task LookAtAllAsync(CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        var entries = book.Entries();
        foreach (var gone in _stopped.Keys.Except(entries.Select(e => e.Row.Id)).ToArray())
        {
            _stopped.Remove(gone);
        }

        foreach (var entry in entries.Where(e => e.Container is { Runs: true } && e.Spec.Flavor.DiskGb > 0))
        {
            var size = await SizeAsync(client, entry.Container!.Id, probe.Last?.DiskQuotaHolds == true, cancellationToken);
            if (Excess(entry.Spec.Flavor.DiskGb, size, _stopped.GetValueOrDefault(entry.Row.Id)) is { } excess)
            {
                await StopAsync(entry, size, excess, cancellationToken);
            }
        }
    }

    private static string? Excess(int diskGb, InstanceSize size, InstanceSize before) =>
        size.Bytes > (long)diskGb << 30 && size.Bytes > before.Bytes
            ? string.Create(CultureInfo.InvariantCulture, $"it wrote {size.Bytes / (double)(1L << 30):0.0} GiB, and its flavor has {diskGb} GiB of disk")
            : size.Files > diskGb * FilesPerGib && size.Files > before.Files
                ? string.Create(CultureInfo.InvariantCulture, $"it made {size.Files:N0} files, and the {diskGb} GiB of disk of its flavor are good for {diskGb * FilesPerGib:N0}")
                : null;

    private static async Task<InstanceSize> SizeAsync(DockerClient client, string container, bool limited, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await client.Containers.InspectContainerAsync(container, new ContainerInspectParameters { IncludeSize = !limited }, cancellationToken);
            string?[] lent = [seen.HostsPath, seen.HostnamePath, seen.ResolvConfPath];
            var bytes = (limited ? 0 : seen.SizeRw ?? 0) + lent.Where(File.Exists).Sum(f => new FileInfo(f!).Length);
            return new InstanceSize(bytes, CountFiles(seen.GraphDriver?.Data is { } layers && layers.TryGetValue("UpperDir", out var written) ? written : null));
        }
        catch (DockerContainerNotFoundException)
        {
            return default;
        }
    }

    // By name, for no more than a number leaves: an instance that swaps folders for links is counted wrongly, as it deserves.
    private static long CountFiles(string? written) => Directory.Exists(written)
        ? new FileSystemEnumerable<bool>(written, (ref _) => true, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        {
            ShouldRecursePredicate = (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        }.Take(MostCounted).LongCount()
        : 0;

    private async Task StopAsync(InstanceEntry entry, InstanceSize size, string excess, CancellationToken cancellationToken)
    {
        var id = entry.Row.Id;
        var words = $"It was stopped: {excess}. Start it and remove files; it is stopped again when it grows further.";
        try
        {
            await work.RunAsync(
                id,
                "stop",
                wantedRunning: false,
                (docker, container, steps, stop) =>
                {
                    steps.Now("ending the process: its disk is full");
                    return docker.Containers.StopContainerAsync(container.Id, new ContainerStopParameters { WaitBeforeKillSeconds = 1 }, stop);
                },
                cancellationToken);
        }
        catch (DriverFailure busy) when (busy.Code is "busy" or "missing" or "in_error")
        {
            // The next look finds it again.
            _lookedAt = DateTimeOffset.MinValue;
            return;
        }

        _stopped[id] = size;
        await book.UpdateAsync(id, row => row with { FaultCode = FaultCode, FaultMessage = words, FaultAt = time.GetUtcNow() }, cancellationToken);
        marks.Add(id, "stop", time.GetUtcNow(), words);
        await audit.WriteAsync(new AuditEntry(id, entry.Row.ProjectId, "driver-host", "the host", null, AuditKind.DiskStop, words));
        SizeLog.Stopped(logger, id, words);
    }
}

/// <param name="Bytes">Where the engine limits them: those that it lends alone.</param>
/// <param name="Files">0 where they cannot be seen.</param>
internal readonly record struct InstanceSize(long Bytes, long Files);

internal static partial class SizeLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {Instance}: {Words}")]
    public static partial void Stopped(ILogger logger, string instance, string words);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sizes of instances could not be held; the next look tries again")]
    public static partial void NotSeen(ILogger logger, Exception exception);
}
