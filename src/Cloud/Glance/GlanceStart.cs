using Cloud.Glance.Data;
using Cloud.Glance.Images;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cloud.Glance;

/// <summary>Before the first request: what a crash left behind is put right, and a new cloud gets its demonstration image.</summary>
internal sealed class GlanceStart(IDbContextFactory<CloudDb> factory, ImageFiles files, DemonstrationImage demonstration, TimeProvider time, ILogger<GlanceStart> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var broken = await db.Set<ImageRow>().Where(i => i.Status == ImageStates.Saving)
            .ExecuteUpdateAsync(image => image.SetProperty(i => i.Status, ImageStates.Queued).SetProperty(i => i.UpdatedAt, now), cancellationToken);
        var (removed, missing) = await files.CleanAsync(db, cancellationToken);
        if (broken > 0 || removed > 0)
        {
            GlanceLog.CleanedUp(logger, broken, removed);
        }

        foreach (var sha512 in missing)
        {
            GlanceLog.FileMissing(logger, sha512);
        }

        await demonstration.EnsureAsync(db, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
