using System.Diagnostics.Metrics;
using DriverHost.Audit;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.History;
using DriverHost.Images;
using DriverHost.Logs;
using DriverHost.Stats;

namespace DriverHost.Telemetry;

/// <summary>What stands now, looked at only when somebody collects.</summary>
internal sealed class DriverHostGauges
{
    public DriverHostGauges(IMeterFactory meters, InstanceBook book, Operations operations, LogFollowers followers, StatsSamplers samplers, ImageStore images, AuditBook audit, Leftovers leftovers, EngineWatcher engine, FlightRecorder recorder)
    {
        var meter = meters.Create(DriverHostHosting.TelemetryName);
        meter.CreateObservableGauge("driver_host.engine.answers", () => book.EngineAnswers ? 1 : 0, description: "1 while the Docker engine answers.");
        meter.CreateObservableGauge("driver_host.instances", () => States(book), description: "Instances of this host, by state.");
        meter.CreateObservableGauge("driver_host.operations.running", () => operations.Running.GroupBy(name => name).Select(g => new Measurement<int>(g.Count(), new KeyValuePair<string, object?>("operation", g.Key))), description: "Operations that run, by name.");
        meter.CreateObservableGauge("driver_host.log.followers", () => followers.Count, description: "Containers whose log is followed.");
        meter.CreateObservableGauge("driver_host.stats.samplers", () => samplers.Count, description: "Instances that are measured each second, because somebody watches.");
        meter.CreateObservableGauge("driver_host.events.waiting", () => book.EventsWaiting, description: "Changes that wait for listeners, all together.");
        meter.CreateObservableGauge("driver_host.image.waiting", () => images.Waiting, description: "Images that wait for a free place to be loaded.");
        meter.CreateObservableGauge("driver_host.audit.waiting", () => audit.Waiting, description: "Entries of the audit book that are not in the file yet.");
        meter.CreateObservableGauge("driver_host.engine.events.waiting", () => engine.Waiting, description: "Events of the engine that are not taken in yet.");
        meter.CreateObservableGauge("driver_host.records.waiting", () => recorder.Waiting, description: "Ends of processes whose record is not written yet.");
        meter.CreateObservableGauge("driver_host.leftovers.looking", () => leftovers.Looking ? 1 : 0, description: "1 while something may be left of operations that failed.");
    }

    private static IEnumerable<Measurement<int>> States(InstanceBook book) =>
        book.Entries().GroupBy(e => e.View(book.EngineAnswers).State).Select(g => new Measurement<int>(g.Count(), new KeyValuePair<string, object?>("state", g.Key.ToString().ToLowerInvariant())));
}
