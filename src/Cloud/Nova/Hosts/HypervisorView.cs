using System.Globalization;
using System.Text.Json.Nodes;
using Cloud.Nova.Versions;
using DriverHost.Client;

namespace Cloud.Nova.Hosts;

/// <summary>The one hypervisor, a Docker engine, as the compute API shows it. Memory in MiB, disk in GiB.</summary>
internal sealed class HypervisorView(ServiceView services, CloudOptions options, TimeProvider time)
{
    public JsonObject Brief(ComputeServiceRow service, Microversion version) => new()
    {
        ["id"] = version.AtLeast(2, 53) ? service.Id : service.Number,
        ["hypervisor_hostname"] = services.Host(service),
        ["state"] = services.State(service),
        ["status"] = ServiceView.Status(service),
    };

    public JsonObject Full(ComputeServiceRow service, HostRecord? host, Microversion version)
    {
        var json = Brief(service, version);
        json["hypervisor_type"] = "docker";
        json["hypervisor_version"] = VersionNumber(host?.EngineVersion);
        json["host_ip"] = options.DriverHostUrl.Scheme == "unix" ? "127.0.0.1" : options.DriverHostUrl.Host;
        json["service"] = new JsonObject
        {
            ["id"] = version.AtLeast(2, 53) ? service.Id : service.Number,
            ["host"] = services.Host(service),
            ["disabled_reason"] = service.DisabledReason,
        };
        if (version.AtLeast(2, 88))
        {
            json["uptime"] = Uptime(host);
            return json;
        }

        foreach (var (name, value) in Figures(host))
        {
            json[name] = value;
        }

        // nova: an object since 2.28, its text before.
        var processor = new JsonObject { ["arch"] = host?.Architecture, ["topology"] = new JsonObject { ["cores"] = host?.Cpus ?? 0 } };
        json["cpu_info"] = version.AtLeast(2, 28) ? processor : processor.ToJsonString();
        return json;
    }

    public JsonObject WithUptime(ComputeServiceRow service, HostRecord? host, Microversion version)
    {
        var json = Brief(service, version);
        json["uptime"] = Uptime(host);
        return json;
    }

    public static JsonObject Statistics(HostRecord? host)
    {
        var json = new JsonObject { ["count"] = 1 };
        foreach (var (name, value) in Figures(host))
        {
            json[name] = value;
        }

        return json;
    }

    private static IEnumerable<(string Name, long Value)> Figures(HostRecord? host) =>
    [
        ("vcpus", host?.Cpus ?? 0),
        ("vcpus_used", host?.VcpusUsed ?? 0),
        ("memory_mb", host?.MemoryMb ?? 0),
        ("memory_mb_used", host?.MemoryMbUsed ?? 0),
        ("free_ram_mb", (host?.MemoryMb ?? 0) - (host?.MemoryMbUsed ?? 0)),
        ("local_gb", host?.DiskGb ?? 0),
        ("local_gb_used", host?.DiskGbUsed ?? 0),
        ("free_disk_gb", (host?.DiskGb ?? 0) - (host?.DiskGbUsed ?? 0)),
        ("disk_available_least", host?.DiskFreeGb ?? 0),
        ("running_vms", host?.RunningInstances ?? 0),
        ("current_workload", 0),
    ];

    /// <summary>As <c>uptime</c> begins: the time, and how long the engine runs. Users and load are not the engine's to tell.</summary>
    private string? Uptime(HostRecord? host)
    {
        if (host is null)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var up = now - host.EngineStartedAt;
        return string.Create(CultureInfo.InvariantCulture, $" {now:HH:mm:ss} up {up.Days} days, {up.Hours,2}:{up.Minutes:00}");
    }

    /// <summary>nova: 20.10.24 is 20010024; what follows the numbers, as in 20.10.24+dfsg1, does not count.</summary>
    public static int VersionNumber(string? text)
    {
        var parts = (text ?? "").Split('.', 3).Select(part => string.Concat(part.TakeWhile(char.IsAsciiDigit)))
            .Select(digits => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        return parts.Concat([0, 0, 0]).Take(3).Aggregate(0, (sum, number) => (sum * 1000) + (number % 1000));
    }
}
