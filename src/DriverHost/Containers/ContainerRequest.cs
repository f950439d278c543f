using System.Globalization;
using System.Text.Json;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Host;

namespace DriverHost.Containers;

/// <summary>
/// The hardened create request. Fields that are null are not sent: an empty list of masked paths would remove the engine's own.
/// </summary>
internal static class ContainerRequest
{
    private static readonly string[] KeptCapabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID", "NET_BIND_SERVICE", "KILL"];

    private const long MostOpenFiles = 65_536;

    /// <param name="reference">Our own tag of the verified image.</param>
    /// <param name="network">The project's network, or <c>none</c>.</param>
    public static CreateContainerParameters Build(string id, InstanceSpec spec, string reference, string network, string ownerId, ProvenHost proven) => new()
    {
        Name = NameOf(id),
        Hostname = HostNames.From(spec.Name, id),
        Image = reference,
        Entrypoint = spec.Entrypoint is { } entrypoint ? [.. entrypoint] : null!,
        Cmd = spec.Command is { } command ? [.. command] : null!,
        Env = spec.Environment.Count == 0 ? null! : [.. spec.Environment.Select(v => $"{v.Key}={v.Value}")],
        WorkingDir = string.IsNullOrEmpty(spec.WorkingDirectory) ? null! : spec.WorkingDirectory,
        Healthcheck = new HealthcheckConfig { Test = ["NONE"] },
        Labels = LabelsOf(id, spec, ownerId),
        HostConfig = Limits(spec, network, proven),
    };

    public static string NameOf(string instanceId) => $"os-{instanceId}";

    private static HostConfig Limits(InstanceSpec spec, string network, ProvenHost proven)
    {
        var flavor = spec.Flavor;
        var memory = flavor.MemoryMb * 1024L * 1024L;
        var files = Math.Min(proven.OpenFiles ?? MostOpenFiles, MostOpenFiles);
        return new HostConfig
        {
            Memory = memory,
            // Equal: no swap. Zero would grant as much swap again.
            MemorySwap = memory,
            NanoCPUs = Math.Min(flavor.Vcpus, proven.Cpus) * 1_000_000_000L,
            CPUShares = Math.Min(flavor.Vcpus * 1024L, 262_144),
            PidsLimit = 256 + (256 * Math.Min(flavor.Vcpus, 64)),
            CapDrop = ["ALL"],
            CapAdd = [.. KeptCapabilities],
            SecurityOpt = ["no-new-privileges:true"],
            Init = true,
            IpcMode = "private",
            CgroupnsMode = "private",
            ShmSize = Math.Min(64L * 1024 * 1024, memory / 2),
            Ulimits = [new Ulimit { Name = "nofile", Soft = files, Hard = files }, new Ulimit { Name = "core", Soft = 0, Hard = 0 }],
            NetworkMode = network,
            DNS = spec.Ports?.SelectMany(p => p.Dns).Distinct().ToArray() is { Length: > 0 } servers ? servers : null!,
            // Nova owns the power state: what ended stays ended until it is started.
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
            LogConfig = new LogConfig { Type = "json-file", Config = new Dictionary<string, string> { ["max-size"] = "10m", ["max-file"] = "3" } },
            StorageOpt = proven.DiskQuotaHolds && flavor.DiskGb > 0
                ? new Dictionary<string, string> { ["size"] = string.Create(CultureInfo.InvariantCulture, $"{flavor.DiskGb}G") }
                : null,
        };
    }

    private static Dictionary<string, string> LabelsOf(string id, InstanceSpec spec, string ownerId) => new()
    {
        [Labels.Instance] = id,
        [Labels.Project] = spec.ProjectId,
        [Labels.Owner] = ownerId,
        [Labels.User] = spec.UserId,
        [Labels.Name] = spec.Name,
        [Labels.Image] = spec.ImageId,
        [Labels.Flavor] = JsonSerializer.Serialize(spec.Flavor, DriverHostJson.Default.FlavorSpec),
    };
}
