using System.Net;
using Cloud.Glance;
using Cloud.Glance.Images;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Tests.Glance;

public sealed class SnapshotCleanupTests
{
    [Fact]
    public async Task FailedSnapshot_WhoseUploadBeginsAtTheSameMoment_IsDeletedAllTheSame()
    {
        var other = new OtherCall();
        await using var cloud = await CloudFixture.StartAsync(configure: builder => builder.Services.ConfigureDbContext<CloudDb>(db => db.AddInterceptors(other)));
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();

        await cloud.Services.GetRequiredService<IImages>().DeleteFailedSnapshotAsync(id, TestContext.Current.CancellationToken);

        using var gone = await demo.GetAsync(new Uri($"{Images.Path}/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.True(other.Came);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    /// <summary>Begins an upload between the read and the first delete of an image.</summary>
    private sealed class OtherCall : SaveChangesInterceptor
    {
        public bool Came { get; private set; }

        public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (!Came && eventData.Context!.ChangeTracker.Entries<ImageRow>().FirstOrDefault(e => e.State == EntityState.Deleted) is { } going)
            {
                Came = true;
                await eventData.Context.Set<ImageRow>().Where(i => i.Id == going.Entity.Id).ExecuteUpdateAsync(i => i.SetProperty(x => x.Status, ImageStates.Saving), cancellationToken);
            }

            return result;
        }
    }
}
