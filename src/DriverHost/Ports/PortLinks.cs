using System.Globalization;
using System.Text.Json;
using DriverHost.Client;
using DriverHost.Host;
using DriverHost.Http;

namespace DriverHost.Ports;

/// <param name="Port">Neutron's id.</param>
internal sealed record PortLink(string Instance, string Port);

/// <summary>
/// The cables: a pair of interfaces for each port. One end stays on the host under the name that Neutron's agent looks for; the engine moves the other into
/// the container and back. The host's end bears whose it is, as containers do in their labels: nothing else remembers.
/// </summary>
internal sealed class PortLinks(HostId host) : IDisposable
{
    private const string Mark = "openstack-port";
    private const string NoProgram = "ports_unavailable";
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The end on the host: the name that Nova and Neutron's agents derive from the port's id.</summary>
    public static string HostEnd(string portId) => $"tap{portId[..11]}";

    /// <summary>The end that goes into the container.</summary>
    public static string InnerEnd(string portId) => $"osp{portId[..11]}";

    /// <summary>Makes the pair where it is missing, and puts its host's end on the bridge.</summary>
    /// <param name="innerHere">Also makes it anew when the inner end is not on the host: the container that had it is gone.</param>
    /// <returns>Whether it was missing.</returns>
    public async Task<bool> EnsureAsync(string instance, PortSpec port, bool innerHere, CancellationToken cancellationToken)
    {
        var (outer, inner) = (HostEnd(port.Id), InnerEnd(port.Id));
        await _one.WaitAsync(cancellationToken);
        try
        {
            var all = await ListAllAsync(cancellationToken);
            var here = all.ContainsKey(inner);
            if (all.TryGetValue(outer, out var alias))
            {
                // Without its mark, but with the inner end beside it, it is of one who was killed before it had written that.
                if (!here && Read(alias) is null)
                {
                    throw DriverFailure.Conflict("port_foreign", $"This host has an interface {outer} that no driver host made. Remove it: ip link delete {outer}.");
                }

                if (here || !innerHere)
                {
                    await PlugAsync(instance, port, cancellationToken);
                    return false;
                }

                await IpAsync(["link", "delete", outer], cancellationToken);
            }

            var size = port.Mtu.ToString(CultureInfo.InvariantCulture);
            await IpAsync(["link", "add", outer, "mtu", size, "type", "veth", "peer", "name", inner, "mtu", size], cancellationToken);
            await PlugAsync(instance, port, cancellationToken);
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Those that this driver host made: none where it could make none.</summary>
    public async Task<IReadOnlyList<PortLink>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Environment.IsPrivilegedProcess ? [.. (await ListAllAsync(cancellationToken)).Values.Select(Read).OfType<PortLink>()] : [];
        }
        catch (DriverFailure without) when (without.Code == NoProgram)
        {
            return [];
        }
    }

    /// <summary>Removes both ends. What is not there, or not ours, stays as it is.</summary>
    public async Task RemoveAsync(string portId, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var all = await ListAllAsync(cancellationToken);
            if (all.TryGetValue(HostEnd(portId), out var alias) && (Read(alias)?.Port == portId || (alias is null && all.ContainsKey(InnerEnd(portId)))))
            {
                await IpAsync(["link", "delete", HostEnd(portId)], cancellationToken);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task PlugAsync(string instance, PortSpec port, CancellationToken cancellationToken)
    {
        if (!(await ListAllAsync(cancellationToken)).ContainsKey(port.Bridge))
        {
            var (code, _, complaint) = await RunAsync(["link", "add", port.Bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0", "mcast_snooping", "0"], cancellationToken);
            if (code != 0 && !complaint.Contains("File exists", StringComparison.Ordinal))
            {
                throw Failed($"the bridge {port.Bridge}: {complaint}");
            }
        }

        // The host has no address of its own where tenants are.
        var outer = HostEnd(port.Id);
        NoAddressOfTheHosts(port.Bridge);
        NoAddressOfTheHosts(outer);
        await IpAsync(["link", "set", "dev", port.Bridge, "up"], cancellationToken);
        await IpAsync(["link", "set", "dev", outer, "alias", $"{Mark} {host} {instance} {port.Id}", "master", port.Bridge, "up"], cancellationToken);
    }

    private static void NoAddressOfTheHosts(string name)
    {
        var file = $"/proc/sys/net/ipv6/conf/{name}/disable_ipv6";
        if (File.Exists(file))
        {
            File.WriteAllText(file, "1");
        }
    }

    private PortLink? Read(string? alias) => alias?.Split(' ') is [Mark, var owner, var instance, var port] && owner == host.Value ? new PortLink(instance, port) : null;

    // Every interface of the host by its name, with its alias.
    private static async Task<IReadOnlyDictionary<string, string?>> ListAllAsync(CancellationToken cancellationToken)
    {
        using var links = JsonDocument.Parse(await IpAsync(["-json", "link", "show"], cancellationToken));
        return links.RootElement.EnumerateArray().Where(l => l.TryGetProperty("ifname", out _)).ToDictionary(
            l => l.GetProperty("ifname").GetString()!, l => l.TryGetProperty("ifalias", out var alias) ? alias.GetString() : null, StringComparer.Ordinal);
    }

    private static async Task<string> IpAsync(string[] words, CancellationToken cancellationToken)
    {
        var (code, output, complaint) = await RunAsync(words, cancellationToken);
        return code == 0 ? output : throw Failed($"ip {string.Join(' ', words)}: {complaint}");
    }

    private static async Task<(int ExitCode, string Output, string Words)> RunAsync(string[] words, CancellationToken cancellationToken)
    {
        try
        {
            return await HostCommand.RunAsync("ip", words, cancellationToken);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new DriverFailure(503, NoProgram, "This host has no program ip, which ports need. Install iproute2.", missing);
        }
    }

    private static DriverFailure Failed(string words) => new(502, "link_failed", $"This host refused a link for a port: {words}");
}
