using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Http;

namespace DriverHost.Host;

/// <param name="Cpus">No container can get more than the host has.</param>
/// <param name="OpenFiles">No container can get more than the engine has; null for no limit.</param>
internal sealed record ProvenHost(SystemInfoResponse Info, VersionResponse Version, int Cpus, long? OpenFiles, bool DiskQuotaHolds, DateTimeOffset EngineStartedAt, IReadOnlyList<ProvenFeature> Features);

/// <summary>What this host can hold, by its own word and by experiment. Proven once per start of the engine.</summary>
internal sealed class HostProbe(Engine engine, DiskQuotaTrial diskQuota, HostPorts hostPorts) : IDisposable
{
    private readonly SemaphoreSlim _proving = new(1, 1);
    private ProvenHost? _proven;

    /// <summary>The last proof, if there was one: the figures to show while the engine does not answer.</summary>
    public ProvenHost? Last { get; private set; }

    /// <summary>The engine went away and may come back as another: prove again.</summary>
    public void Forget() => _proven = null;

    public async Task<ProvenHost> ProveAsync(CancellationToken cancellationToken)
    {
        if (_proven is { } proven)
        {
            return proven;
        }

        await _proving.WaitAsync(cancellationToken);
        try
        {
            return _proven ??= Last = await TryAsync(await engine.ClientAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            _proving.Release();
        }
    }

    /// <summary>Nothing of a tenant's runs where a limit or the system call filter does not hold.</summary>
    public async Task<ProvenHost> RequireSafeAsync(CancellationToken cancellationToken)
    {
        var proven = await ProveAsync(cancellationToken);
        var missing = proven.Features.FirstOrDefault(f => !f.Holds && f.Name is "seccomp" or "memory-limit" or "pids-limit" or "cpu-quota");
        return missing is null
            ? proven
            : throw new DriverFailure(503, "host_not_safe", $"This host takes no instances: {missing.Words}");
    }

    public void Dispose() => _proving.Dispose();

    private async Task<ProvenHost> TryAsync(DockerClient client, CancellationToken cancellationToken)
    {
        var info = await client.System.GetSystemInfoAsync(cancellationToken);
        var version = await client.System.GetVersionAsync(cancellationToken);
        var quota = await diskQuota.RunAsync(client, cancellationToken);
        var seccomp = info.SecurityOptions?.FirstOrDefault(o => o.StartsWith("name=seccomp", StringComparison.Ordinal));
        var filtered = seccomp is not null && !seccomp.Contains("unconfined", StringComparison.Ordinal);
        ProvenFeature[] features =
        [
            quota,
            new("seccomp", filtered, filtered ? $"System calls are filtered ({seccomp!["name=seccomp".Length..].TrimStart(',')})." : "System calls are not filtered: the engine's seccomp profile is off."),
            new("memory-limit", info.MemoryLimit && info.SwapLimit, info is { MemoryLimit: true, SwapLimit: true } ? "Memory is limited, swap included." : "The kernel does not limit memory and swap."),
            new("cpu-quota", info.CPUCfsQuota, info.CPUCfsQuota ? "Processor time is limited." : "The kernel does not limit processor time."),
            new("pids-limit", info.PidsLimit, info.PidsLimit ? "The number of processes is limited." : "The kernel does not limit the number of processes."),
            new("no-new-privileges", true, "Every container is made with no-new-privileges and seven capabilities."),
            await hostPorts.CloseAsync(cancellationToken),
            CryptoSockets.Try(),
        ];
        var bridge = await BridgeAsync(client, cancellationToken);
        return new ProvenHost(info, version, (int)info.NCPU, EngineLimits.OpenFiles(), quota.Holds, bridge, features);
    }

    // The engine does not tell when it started, but it makes its default bridge anew at each start.
    private static async Task<DateTimeOffset> BridgeAsync(DockerClient client, CancellationToken cancellationToken)
    {
        try
        {
            var bridge = await client.Networks.InspectNetworkAsync("bridge", cancellationToken);
            return new DateTimeOffset(DateTime.SpecifyKind(bridge.Created.ToUniversalTime(), DateTimeKind.Utc));
        }
        catch (DockerApiException without) when (without.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return DateTimeOffset.UnixEpoch;
        }
    }
}
