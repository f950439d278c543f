using DriverHost.Client;

namespace Dashboard.Hosts;

/// <summary>The driver hosts of this dashboard: the one in the settings (<c>DriverHost:Url</c>), usually of the same machine, and those that were added.</summary>
internal sealed class HostDirectory : IDisposable
{
    private volatile IReadOnlyList<KnownHost> _all;

    public HostDirectory(IConfiguration configuration)
        : this(configuration["DriverHost:Url"] is { Length: > 0 } url
            ? [new KnownHost(NameHere(configuration), new Uri(url), DriverHostClient.CreateHttp(new Uri(url)))]
            : [])
    {
    }

    public HostDirectory(IReadOnlyList<KnownHost> all) => _all = all;

    public IReadOnlyList<KnownHost> All => _all;

    /// <summary>The compute host of this machine, as Nova calls it: <c>DriverHost:ComputeHost</c>, else the machine's name.</summary>
    public static string NameHere(IConfiguration configuration) => configuration["DriverHost:ComputeHost"] is { Length: > 0 } name ? name : Environment.MachineName;

    public void Dispose()
    {
        foreach (var host in _all)
        {
            host.Http.Dispose();
        }
    }
}
