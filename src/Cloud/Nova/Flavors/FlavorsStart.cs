using Cloud.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Cloud.Nova.Flavors;

/// <summary>First start: the four flavors that the report counts on. Deleted ones stay deleted as long as one is left.</summary>
internal sealed class FlavorsStart(IDbContextFactory<CloudDb> factory) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (await db.Set<FlavorRow>().AnyAsync(cancellationToken))
        {
            return;
        }

        db.AddRange(
            new FlavorRow { Id = "1", Name = "m1.tiny", Vcpus = 1, Ram = 512, Disk = 1 },
            new FlavorRow { Id = "2", Name = "m1.small", Vcpus = 1, Ram = 2048, Disk = 20 },
            new FlavorRow { Id = "3", Name = "m1.medium", Vcpus = 2, Ram = 4096, Disk = 40 },
            new FlavorRow { Id = "4", Name = "m1.large", Vcpus = 4, Ram = 8192, Disk = 80 });
        await db.SaveChangesAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
