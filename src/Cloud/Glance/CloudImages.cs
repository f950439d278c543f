using System.Globalization;
using System.Text.Json;
using Cloud.Glance.Data;
using Cloud.Glance.Images;
using Cloud.Http;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;
using OpenStack.Glance;

namespace Cloud.Glance;

/// <summary>Glance's answers to Nova.</summary>
internal sealed class CloudImages(IDbContextFactory<CloudDb> factory, ImageFiles files, TimeProvider time) : IImages
{
    public async ValueTask<ImageFacts?> FindAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var image = await db.Set<ImageRow>().AsNoTracking().VisibleTo(caller).Include(i => i.Properties).FirstOrDefaultAsync(i => i.Id == id, cancellationToken);
        return image is null ? null : Facts(image);
    }

    public async Task<ImageFacts> CreateQueuedSnapshotAsync(Caller caller, SnapshotImage snapshot, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var image = new ImageRow
        {
            Id = Guid.NewGuid().ToString(),
            Owner = snapshot.ProjectId,
            Status = ImageStates.Queued,
            Visibility = ImageStates.Private,
            ContainerFormat = ImageStates.Docker,
            DiskFormat = "raw",
            MinRam = snapshot.MinRam,
            MinDisk = snapshot.MinDisk,
            CreatedAt = now.UtcDateTime,
            UpdatedAt = now.UtcDateTime,
        };
        ImageAttributes.Set(image, caller, "name", JsonSerializer.SerializeToElement(snapshot.Name));
        foreach (var (name, value) in snapshot.Properties)
        {
            if (ImageAttributes.IsFixed(name))
            {
                throw CloudFailure.Invalid($"'{name}' cannot be given as a property of a snapshot.");
            }

            ImageAttributes.Set(image, caller, name, JsonSerializer.SerializeToElement(value));
        }

        ApprovalRules.Settle(image, caller, snapshot.Properties.Keys.ToHashSet(), now);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Add(image);
        await db.SaveChangesAsync(cancellationToken);
        return Facts(image);
    }

    public async Task DeleteFailedSnapshotAsync(string id, CancellationToken cancellationToken)
    {
        // An upload that begins or ends at the same moment is looked at again.
        while (!await TryDeleteFailedSnapshotAsync(id, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <returns>False when another call changed the image meanwhile.</returns>
    private async Task<bool> TryDeleteFailedSnapshotAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var image = await db.Set<ImageRow>().FirstOrDefaultAsync(i => i.Id == id && (i.Status == ImageStates.Queued || i.Status == ImageStates.Saving), cancellationToken);
        return image is null || await files.TryDeleteAsync(db, image, cancellationToken);
    }

    private static ImageFacts Facts(ImageRow image) => new()
    {
        Id = image.Id,
        Name = image.Name ?? "",
        Status = image.Status,
        ContainerFormat = image.ContainerFormat,
        DiskFormat = image.DiskFormat,
        Size = image.Size,
        MinRam = image.MinRam,
        MinDisk = image.MinDisk,
        Owner = image.Owner,
        CommandLine = image.Property("os_command_line"),
        Approval = image.Property(Approval.State),
        ApprovalExpires = DateTimeOffset.TryParse(image.Property(Approval.Expires), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires) ? expires : null,
    };
}
