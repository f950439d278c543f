using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Dashboard.Hosts.Enrolment;
using DriverHost.Client;

namespace Dashboard.Hosts;

/// <summary>The driver hosts of this dashboard: the one in the settings (<c>DriverHost:Url</c>), usually of the same machine, and those that were added.</summary>
internal sealed class HostDirectory : IHostedService, IDisposable
{
    private readonly IReadOnlyList<KnownHost> _here;
    private readonly EnrolledHosts _enrolled;
    private readonly HostAuthority _authority;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<string, (EnrolledHostRow Row, KnownHost Host)> _added = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<KnownHost> _all;

    /// <param name="here">What the settings name.</param>
    public HostDirectory(IReadOnlyList<KnownHost> here, EnrolledHosts enrolled, HostAuthority authority, TimeProvider time) =>
        (_here, _all, _enrolled, _authority, _time) = (here, here, enrolled, authority, time);

    public IReadOnlyList<KnownHost> All => _all;

    /// <summary>The compute host of this machine, as Nova calls it: <c>DriverHost:ComputeHost</c>, else the machine's name.</summary>
    public static string NameHere(IConfiguration configuration) => configuration["DriverHost:ComputeHost"] is { Length: > 0 } name ? name : Environment.MachineName;

    /// <summary>The driver host of the settings; none when they name none.</summary>
    public static IReadOnlyList<KnownHost> Here(IConfiguration configuration) => configuration["DriverHost:Url"] is { Length: > 0 } url
        ? [new KnownHost(NameHere(configuration), new Uri(url), DriverHostClient.CreateHttp(new Uri(url)))]
        : [];

    public Task StartAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reads anew which hosts were added. Connections to those that stay are kept.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var rows = await _enrolled.ListAsync(cancellationToken);
            foreach (var gone in _added.Where(a => rows.All(r => r.Id != a.Key || r.Url != a.Value.Row.Url || r.Name != a.Value.Row.Name)).ToList())
            {
                // Not disposed: somebody may just be about to use it. Its connections close by themselves.
                _added.Remove(gone.Key);
            }

            foreach (var row in rows)
            {
                if (_added.TryGetValue(row.Id, out var known))
                {
                    (known.Row.Thumbprint, known.Row.NextThumbprint, known.Row.EndsAt) = (row.Thumbprint, row.NextThumbprint, row.EndsAt);
                }
                else
                {
                    _added[row.Id] = (row, new KnownHost(row.Name, new Uri(row.Url), DriverHostClient.CreateHttp(new Uri(row.Url), Tls(row)), row.Id));
                }
            }

            _all = [.. _here, .. _added.Values.Select(a => a.Host).OrderBy(h => h.Name, StringComparer.Ordinal)];
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        foreach (var host in _all)
        {
            host.Http.Dispose();
        }

        _one.Dispose();
    }

    /// <summary>The host is who it was when it was added: its certificate is the one that was signed for it, and still good.</summary>
    private SslClientAuthenticationOptions Tls(EnrolledHostRow row) => new()
    {
        LocalCertificateSelectionCallback = (_, _, _, _, _) => _authority.Client,
        RemoteCertificateValidationCallback = (_, given, _, _) => given is X509Certificate2 certificate
            && row.IsShown(Certificates.Thumbprint(certificate)) && Certificates.IsOf(certificate, _authority.Certificate, Certificates.ServerUsage, _time.GetUtcNow()),
    };
}
