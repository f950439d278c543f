using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using DriverHost.Audit;
using DriverHost.Client;
using DriverHost.Store;
using DriverHost.Tests.Containers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DriverHost.Tests.Telemetry;

/// <summary>What the whole host tells of its work on the real engine.</summary>
[Trait("needs", "docker")]
public sealed class HostMetricsTests(DriverHostFixture fixture) : IAsyncLifetime
{
    // All that a label may say. A value that is not here could be a tenant's word.
    private static readonly Dictionary<string, string[]> Labels = new()
    {
        ["kind"] = ["log", "history", "events", "stats", "terminal"],
        ["reason"] = ["viewer too slow", "rotated away"],
        ["operation"] = ["spawn", "delete", "start", "stop", "reboot", "pause", "unpause", "snapshot", "copy", "clean-up", "attach-port", "detach-port"],
        ["outcome"] = ["ok", "failed", "error", "timeout", "cancelled", "delivered", "retried"],
        ["state"] = [.. Enum.GetNames<InstanceState>().Select(n => n.ToLowerInvariant())],
    };

    private readonly Instances _instances = new(fixture.Host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IMeterFactory Meters => fixture.Host.Get<IMeterFactory>();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Operations_AreTimedWithTheirOutcome_AndTraced()
    {
        var id = _instances.NewId();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DriverHostHosting.TelemetryName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var operations = new MetricCollector<double>(Meters, DriverHostHosting.TelemetryName, "driver_host.operation.duration");
        using var calls = new MetricCollector<double>(Meters, DriverHostHosting.TelemetryName, "driver_host.engine.call.duration");

        await fixture.Host.Operator.SpawnAsync(id, TestSpecs.Of(fixture.Busybox.Id, TestSpecs.NewProject()), Cancelled);
        await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.SpawnAsync(_instances.NewId(), TestSpecs.Of(TestSpecs.NewId(), TestSpecs.NewProject()), Cancelled));

        Assert.Contains(operations.GetMeasurementSnapshot(), m => m.Value > 0 && Says(m, "operation", "spawn") && Says(m, "outcome", "ok"));
        Assert.Contains(operations.GetMeasurementSnapshot(), m => Says(m, "operation", "spawn") && Says(m, "outcome", "failed"));
        Assert.Contains(calls.GetMeasurementSnapshot(), m => m.Value > 0 && Says(m, "call", "POST containers/start") && Says(m, "outcome", "ok"));
        var span = Assert.Single(spans, s => s.GetTagItem("instance.id") as string == id);
        Assert.Equal("instance spawn", span.DisplayName);
        Assert.NotEmpty(span.Events);
        Assert.Contains(spans, s => s is { DisplayName: "instance spawn", Status: ActivityStatusCode.Error });
    }

    [Fact]
    public async Task AuditBook_ThatIsBehind_SaysByHowMuch()
    {
        // Never started: nothing leaves its queue.
        var behind = new AuditBook(fixture.Host.Get<IDbContextFactory<LedgerDb>>(), TimeProvider.System, NullLogger<AuditBook>.Instance);
        var entry = new AuditEntry(_instances.NewId(), TestSpecs.NewProject(), "u1", null, null, AuditKind.LogOpen, "Started.");
        await behind.WriteAsync(entry);
        await behind.WriteAsync(entry);

        Assert.Equal(2, behind.Waiting);
        using var waiting = new MetricCollector<int>(Meters, DriverHostHosting.TelemetryName, "driver_host.audit.waiting");
        waiting.RecordObservableInstruments();
        Assert.NotNull(waiting.LastMeasurement);
    }

    [Theory]
    [InlineData("driver_host.engine.events.waiting")]
    [InlineData("driver_host.records.waiting")]
    [InlineData("driver_host.image.waiting")]
    [InlineData("driver_host.events.waiting")]
    public void Queue_IsMeasured(string name)
    {
        using var waiting = new MetricCollector<int>(Meters, DriverHostHosting.TelemetryName, name);

        waiting.RecordObservableInstruments();

        Assert.InRange(waiting.LastMeasurement!.Value, 0, 100_000);
    }

    private static bool Says(CollectedMeasurement<double> measurement, string key, string value) => measurement.Tags[key] as string == value;

    [Fact]
    public async Task Labels_AreWordsOfOurs()
    {
        var seen = new ConcurrentDictionary<(string Key, string Value), string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == DriverHostHosting.TelemetryName && instrument.Meter.Scope == Meters)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();

        var id = _instances.NewId();
        var project = TestSpecs.NewProject();
        await fixture.Host.Operator.SpawnAsync(id, TestSpecs.Of(fixture.Busybox.Id, project), Cancelled);
        var reader = fixture.Host.As(project, "member");
        await foreach (var sample in reader.StatsAsync(id, Cancelled).InTimeAsync())
        {
            if (sample.Sample is not null)
            {
                break;
            }
        }

        using (await reader.OpenLogHistoryAsync(id, "search", "?q=x", Cancelled))
        {
            listener.RecordObservableInstruments();
        }

        await fixture.Host.Operator.DeleteAsync(id, Cancelled);

        Assert.Contains(("kind", "stats"), seen.Keys);
        Assert.Contains(("kind", "history"), seen.Keys);
        Assert.Contains(("state", "running"), seen.Keys);
        Assert.Contains(("operation", "delete"), seen.Keys);
        Assert.All(seen, label =>
        {
            if (label.Key.Key == "call")
            {
                Assert.Matches("^[A-Z]+ [a-z_]+(/[a-z]+)?$", label.Key.Value);
            }
            else
            {
                Assert.Contains(label.Key.Value, Labels[label.Key.Key]);
            }
        });

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                seen[(tag.Key, (string)tag.Value!)] = instrument.Name;
            }
        }
    }
}
