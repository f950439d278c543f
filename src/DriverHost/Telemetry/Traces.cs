using System.Diagnostics;

namespace DriverHost.Telemetry;

/// <summary>Spans of what takes longer than a request, or has steps worth seeing. The requests themselves, and those to Keystone, Glance and the engine, are told by .NET.</summary>
internal static class Traces
{
    private static readonly ActivitySource Source = new(DriverHostHosting.TelemetryName);

    /// <returns>Null when nobody listens.</returns>
    public static Activity? Start(string name, string tag, string value) => Source.StartActivity(name)?.SetTag(tag, value);

    public static void Fail(Activity? span, Exception failure) => span?.SetStatus(ActivityStatusCode.Error, failure.Message);
}
