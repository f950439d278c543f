using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DriverHost.Telemetry;

/// <summary>
/// What this host counts: streams, queues, what was lost and how late it came. Without a listener an instrument costs a comparison. Labels are words of ours:
/// never an id, a name or anything that a tenant can choose.
/// </summary>
internal sealed class DriverHostMetrics
{
    // From what nobody notices to what nobody waits for.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] };

    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _linesRead;
    private readonly Counter<long> _bytesRead;
    private readonly Counter<long> _linesSent;
    private readonly Counter<long> _bytesSent;
    private readonly Counter<long> _linesLost;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _slips;
    private readonly Counter<long> _reconnects;
    private readonly Histogram<double> _lag;
    private readonly Histogram<double> _engineCalls;
    private readonly Histogram<double> _operations;
    private readonly Histogram<double> _imageLoads;
    private readonly Counter<long> _listenersCut;
    private readonly Counter<long> _samplesDropped;
    private readonly Histogram<double> _statsRounds;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _unjudged;

    public DriverHostMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(DriverHostHosting.TelemetryName);
        _streams = meter.CreateUpDownCounter<long>("driver_host.streams", description: "Streams that are open, by kind.");
        _linesRead = meter.CreateCounter<long>("driver_host.log.read.lines", description: "Lines that followers read from the engine.");
        _bytesRead = meter.CreateCounter<long>("driver_host.log.read.bytes", "By", "Text of the lines that followers read from the engine.");
        _linesSent = meter.CreateCounter<long>("driver_host.log.sent.lines", description: "Lines sent to viewers.");
        _bytesSent = meter.CreateCounter<long>("driver_host.log.sent.bytes", "By", "Sent to viewers, as it went out.");
        _linesLost = meter.CreateCounter<long>("driver_host.log.lost.lines", description: "Lines that a viewer was told it missed, because it was too slow.");
        _gaps = meter.CreateCounter<long>("driver_host.log.gaps", description: "Gaps that viewers were told of, by reason.");
        _slips = meter.CreateCounter<long>("driver_host.log.slips", description: "Times that the engine repeated, passed over or lost its place in a log that was followed.");
        _reconnects = meter.CreateCounter<long>("driver_host.log.reconnects", description: "Times that a follower lost the engine and asked again.");
        _lag = meter.CreateHistogram("driver_host.log.lag", "s", "From the engine's stamp on a line to its sending, for the newest line of each write to a viewer that follows.", advice: Seconds);
        _engineCalls = meter.CreateHistogram("driver_host.engine.call.duration", "s", "Calls of the Docker engine, by what was called and how it ended.", advice: Seconds);
        _operations = meter.CreateHistogram("driver_host.operation.duration", "s", "Operations on instances, by name and how they ended.", advice: Seconds);
        _imageLoads = meter.CreateHistogram("driver_host.image.load.duration", "s", "Fetching, checking and loading an image that the engine did not have.", advice: Seconds);
        _listenersCut = meter.CreateCounter<long>("driver_host.events.cut_off", description: "Listeners of events that did not keep up and were cut off.");
        _samplesDropped = meter.CreateCounter<long>("driver_host.stats.dropped", description: "Samples that a viewer of stats was too slow for.");
        _statsRounds = meter.CreateHistogram("driver_host.stats.round.duration", "s", "One look at all instances that run.", advice: Seconds);
        _deliveries = meter.CreateCounter<long>("driver_host.alerts.deliveries", description: "Tries to send a notice to its webhook, by how they ended.");
        _unjudged = meter.CreateCounter<long>("driver_host.alerts.unjudged.lines", description: "Lines that came faster than rules could judge them.");
    }

    /// <summary>Counts a stream for as long as the result is not disposed.</summary>
    /// <param name="kind">log, events, stats or terminal.</param>
    public IDisposable Open(string kind) => new OpenStream(_streams, kind);

    public void LinesRead(long lines, long bytes)
    {
        _linesRead.Add(lines);
        _bytesRead.Add(bytes);
    }

    /// <param name="lag">How old the newest of them is; null when they are of the past.</param>
    public void LinesSent(long lines, long bytes, TimeSpan? lag)
    {
        _linesSent.Add(lines);
        _bytesSent.Add(bytes);
        if (lag is { } late)
        {
            _lag.Record(Math.Max(0, late.TotalSeconds));
        }
    }

    public void ViewerTooSlow(long lines)
    {
        _linesLost.Add(lines);
        _gaps.Add(1, Label("reason", "viewer too slow"));
    }

    public void RotatedAway() => _gaps.Add(1, Label("reason", "rotated away"));

    public void EngineSlipped() => _slips.Add(1);

    public void FollowerReconnects() => _reconnects.Add(1);

    /// <param name="call">Method and kind of path, without names.</param>
    public void EngineCalled(string call, TimeSpan took, string outcome) => _engineCalls.Record(took.TotalSeconds, Label("call", call), Label("outcome", outcome));

    public void OperationEnded(string operation, TimeSpan took, string outcome) => _operations.Record(took.TotalSeconds, Label("operation", operation), Label("outcome", outcome));

    public void ImageLoaded(TimeSpan took, bool well) => _imageLoads.Record(took.TotalSeconds, Label("outcome", Outcome(well)));

    public void ListenerCutOff() => _listenersCut.Add(1);

    public void SampleDropped() => _samplesDropped.Add(1);

    public void StatsRound(TimeSpan took) => _statsRounds.Record(took.TotalSeconds);

    /// <param name="outcome">delivered, retried or failed.</param>
    public void NoticeSent(string outcome) => _deliveries.Add(1, Label("outcome", outcome));

    public void LinesUnjudged(long lines) => _unjudged.Add(lines);

    public static string Outcome(bool well) => well ? "ok" : "failed";

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private sealed class OpenStream : IDisposable
    {
        private readonly UpDownCounter<long> _streams;
        private TagList _labels;
        private bool _closed;

        public OpenStream(UpDownCounter<long> streams, string kind)
        {
            _streams = streams;
            _labels = new TagList { { "kind", kind } };
            streams.Add(1, _labels);
        }

        public void Dispose()
        {
            if (!_closed)
            {
                _closed = true;
                _streams.Add(-1, _labels);
            }
        }
    }
}
