using System.IO.Pipelines;
using System.Text;
using DriverHost.Client;
using DriverHost.Logs;
using DriverHost.Telemetry;
using DriverHost.Tests.Logs;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using TestKit;

namespace DriverHost.Tests.Telemetry;

/// <summary>What is counted of logs: streams, lines, lag, and what viewers miss.</summary>
public sealed class LogMetricsTests : IDisposable
{
    private readonly TestMeters _meters = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _meters.Dispose();

    [Fact, Trait("needs", "docker")]
    public async Task Follow_CountsItsStreamItsLinesAndTheirLag()
    {
        await using var container = await LogContainer.RunAsync("trap 'seq 500; exit 0' USR1; echo ready; while true; do sleep 0.1; done");
        await using var door = await LogDoor.OpenAsync();
        using var streams = new MetricCollector<long>(door.Meters, DriverHostHosting.TelemetryName, "driver_host.streams");
        using var read = new MetricCollector<long>(door.Meters, DriverHostHosting.TelemetryName, "driver_host.log.read.lines");
        using var sent = new MetricCollector<long>(door.Meters, DriverHostHosting.TelemetryName, "driver_host.log.sent.lines");
        using var lag = new MetricCollector<double>(door.Meters, DriverHostHosting.TelemetryName, "driver_host.log.lag");

        await foreach (var record in door.Client.LogsAsync(container.Id, new LogQuery { Follow = true }, Cancelled).InTimeAsync())
        {
            if (record.Text == "ready")
            {
                Assert.Equal(1, Sum(streams));
                await Engine.DockerAsync("kill", "-s", "USR1", container.Id);
            }
        }

        await streams.WaitForMeasurementsAsync(2, Cancelled);
        Assert.Equal(0, Sum(streams));
        Assert.All(streams.GetMeasurementSnapshot(), m => Assert.Equal("log", m.Tags["kind"]));
        // "ready" was there before its follower, or came with it.
        Assert.InRange(Sum(read), 500, 501);
        Assert.Equal(501, Sum(sent));
        Assert.All(lag.GetMeasurementSnapshot(), m => Assert.InRange(m.Value, 0, 60));
        Assert.NotEmpty(lag.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task SlowViewer_CountsTheLinesThatItIsToldItMissed()
    {
        using var lost = new MetricCollector<long>(_meters, DriverHostHosting.TelemetryName, "driver_host.log.lost.lines");
        using var gaps = new MetricCollector<long>(_meters, DriverHostHosting.TelemetryName, "driver_host.log.gaps");
        using var ring = new LogRing(chunkLimit: 2, waits: false);
        for (var i = 0; i < 20_000; i++)
        {
            ring.Take(Line(i));
        }

        var seen = await SendAllAsync(ring);

        Assert.Equal(Assert.Single(seen, r => r.Gap is not null).Gap!.Count, Sum(lost));
        Assert.Equal("viewer too slow", Assert.Single(gaps.GetMeasurementSnapshot()).Tags["reason"]);
    }

    [Fact]
    public async Task LinesThatWereRotatedAway_CountAsAGap()
    {
        using var gaps = new MetricCollector<long>(_meters, DriverHostHosting.TelemetryName, "driver_host.log.gaps");
        using var ring = new LogRing(chunkLimit: 2, waits: false);
        var resume = new LogResume(ring, new LogCursor(1, 0));
        resume.Take(Line(5_000));
        resume.Release();

        var seen = await SendAllAsync(ring);

        Assert.Single(seen, r => r.Gap is not null);
        Assert.Equal("rotated away", Assert.Single(gaps.GetMeasurementSnapshot()).Tags["reason"]);
    }

    private static LogLine Line(int number) => new(new LogCursor(1_000_000 + number, 0), LogKind.Out, cut: false, "a line of text"u8);

    private static long Sum(MetricCollector<long> collector) => collector.GetMeasurementSnapshot().Sum(m => m.Value);

    private async Task<List<LogRecord>> SendAllAsync(LogRing ring)
    {
        ring.Complete(null);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var output = new LogOutput(pipe.Writer, new LogFormat(json: true, timestamps: false), new DriverHostMetrics(_meters), TimeProvider.System);
        long? place = 0;
        while (place is { } next)
        {
            place = await output.SendAsync(ring, next, null, Cancelled);
        }

        await pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8);
        var records = new List<LogRecord>();
        while (await reader.ReadLineAsync(Cancelled) is { } line)
        {
            records.Add(System.Text.Json.JsonSerializer.Deserialize(line, DriverHostJson.Default.LogRecord)!);
        }

        return records;
    }
}
