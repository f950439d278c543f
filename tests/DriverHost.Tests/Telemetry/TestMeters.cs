using System.Diagnostics.Metrics;

namespace DriverHost.Tests.Telemetry;

/// <summary>Meters of one test: nobody else's measurements come in.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(m => m.Dispose());
}
