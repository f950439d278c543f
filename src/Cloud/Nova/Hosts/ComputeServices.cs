using Cloud.Nova.Drivers;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Cloud.Nova.Hosts;

/// <summary>Nova's three services on this machine: made at the first start, kept in step with the machine's name at later ones.</summary>
internal sealed class ComputeServices(IDbContextFactory<CloudDb> factory, HostPresence presence) : IHostedService
{
    private static readonly string[] Binaries = ["nova-conductor", "nova-scheduler", ComputeServiceRow.Compute];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var known = await db.Set<ComputeServiceRow>().ToListAsync(cancellationToken);
        foreach (var (index, binary) in Binaries.Index())
        {
            if (known.Find(s => s.Binary == binary) is { } service)
            {
                service.Host = Environment.MachineName;
            }
            else
            {
                db.Add(new ComputeServiceRow { Number = index + 1, Id = Guid.NewGuid().ToString(), Binary = binary, Host = Environment.MachineName });
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Why an administrator keeps new instances away from the compute host, in words; null when nobody does.</summary>
    public async Task<string?> WhyClosedAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var compute = await db.Set<ComputeServiceRow>().AsNoTracking().FirstAsync(s => s.Binary == ComputeServiceRow.Compute, cancellationToken);
        var host = presence.HostName ?? compute.Host;
        if (compute.ForcedDown)
        {
            return $"The compute service on host {host} was forced down by an administrator.";
        }

        if (!compute.Disabled)
        {
            return null;
        }

        return compute.DisabledReason is { Length: > 0 } reason
            ? $"The compute service on host {host} is disabled: {reason}"
            : $"The compute service on host {host} is disabled.";
    }
}
