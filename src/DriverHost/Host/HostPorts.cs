using DriverHost.Client;
using DriverHost.Http;

namespace DriverHost.Host;

/// <summary>
/// Keeps containers off this host itself: one rule of the host's packet filter for all projects' bridges lets nothing in that the host did not ask for,
/// and another keeps them off link-local addresses, where clouds serve their own secrets. The rules are the same for every driver host of the machine
/// and stay when it ends, as the containers do.
/// </summary>
internal sealed class HostPorts(TimeProvider time) : IDisposable
{
    /// <summary>Every project bridge's name begins like this. An interface's name has 15 characters at most.</summary>
    public const string BridgePrefix = "osbr";

    private const string Name = "host-ports-closed";
    private const string AnyBridge = BridgePrefix + "+";
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);
    private static readonly string[] NotAsked = ["INPUT", "-i", AnyBridge, "-m", "conntrack", "!", "--ctstate", "RELATED,ESTABLISHED", "-j", "DROP"];
    private static readonly string[] LinkLocal = ["DOCKER-USER", "-i", AnyBridge, "-d", "169.254.0.0/16", "-j", "DROP"];
    private static readonly string[] LinkLocal6 = ["FORWARD", "-i", AnyBridge, "-d", "fe80::/10", "-j", "DROP"];
    private readonly SemaphoreSlim _one = new(1, 1);
    private ProvenFeature? _last;
    private long _lookedAt;

    /// <summary>Puts the rules where they are missing: a reload of the firewall takes them away.</summary>
    public async Task<ProvenFeature> CloseAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { Holds: true } || time.GetElapsedTime(_lookedAt) > LookAgainAfter)
            {
                _last = await TryAsync(cancellationToken);
                _lookedAt = time.GetTimestamp();
            }

            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <exception cref="DriverFailure">503: this process may set the rules, but that failed. One that may not has said so on the host's page.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        var closed = await CloseAsync(cancellationToken);
        if (!closed.Holds && Environment.IsPrivilegedProcess)
        {
            throw new DriverFailure(503, "host_not_safe", $"This host takes no instances with a network: {closed.Words}");
        }
    }

    public void Dispose() => _one.Dispose();

    private static async Task<ProvenFeature> TryAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ProvenFeature(Name, false, $"Containers can reach this host's own ports: the driver host is not root, so it cannot close them. As root: iptables -I {string.Join(' ', NotAsked)}");
        }

        try
        {
            await EnsureAsync("iptables", NotAsked, cancellationToken);
            await EnsureAsync("iptables", LinkLocal, cancellationToken);
            if (File.Exists("/proc/net/if_inet6"))
            {
                await EnsureAsync("ip6tables", NotAsked, cancellationToken);
                await EnsureAsync("ip6tables", LinkLocal6, cancellationToken);
            }

            return new ProvenFeature(Name, true, "Containers cannot reach this host's own ports, nor link-local addresses.");
        }
        catch (Exception failed) when (failed is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return new ProvenFeature(Name, false, $"Containers can reach this host's own ports: {failed.Message}");
        }
    }

    private static async Task EnsureAsync(string program, string[] rule, CancellationToken cancellationToken)
    {
        if ((await HostCommand.RunAsync(program, ["-w", "5", "-C", .. rule], cancellationToken)).ExitCode == 0)
        {
            return;
        }

        var (code, _, words) = await HostCommand.RunAsync(program, ["-w", "5", "-I", .. rule], cancellationToken);
        if (code != 0)
        {
            throw new InvalidOperationException($"{program} -I {string.Join(' ', rule)} failed: {words}");
        }
    }
}
