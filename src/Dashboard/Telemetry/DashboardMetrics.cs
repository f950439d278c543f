using System.Diagnostics.Metrics;

namespace Dashboard.Telemetry;

/// <summary>What the pages' own server counts beyond what ASP.NET counts itself. Labels are words of ours, never an id or a name.</summary>
internal sealed class DashboardMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Dashboard.Web";

    private readonly UpDownCounter<long> _relays;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _signIns;

    public DashboardMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _relays = meter.CreateUpDownCounter<long>("dashboard.relays", description: "Streams that are passed on to browsers now, by kind.");
        _bytes = meter.CreateCounter<long>("dashboard.relay.bytes", "By", "Bytes passed on to browsers, by kind.");
        _signIns = meter.CreateCounter<long>("dashboard.sign_ins", description: "Tries to sign in, by how they ended.");
    }

    public void RelayBegins(string kind) => _relays.Add(1, Kind(kind));

    public void RelayEnds(string kind) => _relays.Add(-1, Kind(kind));

    public void Relayed(string kind, long bytes) => _bytes.Add(bytes, Kind(kind));

    /// <param name="outcome">ok, renewed, or why not.</param>
    public void SignIn(string outcome) => _signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private static KeyValuePair<string, object?> Kind(string kind) => new("kind", kind);
}
