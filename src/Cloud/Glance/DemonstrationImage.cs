using Cloud.Glance.Data;
using Cloud.Glance.Images;
using Cloud.Keystone.Identity;
using Cloud.Store;
using DriverHost.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenStack.Glance;

namespace Cloud.Glance;

/// <summary>The public image <c>busybox</c> of a new cloud: something to launch at once. Made once; deleting it is final.</summary>
internal sealed class DemonstrationImage(ImageFiles files, TimeProvider time, ILogger<DemonstrationImage> logger)
{
    private const string Command = "trap 'exit 0' TERM INT; n=0; while :; do n=$((n+1)); echo \"$n  $(date)\"; sleep 1; done";

    public async Task EnsureAsync(CloudDb db, CancellationToken cancellationToken)
    {
        if (File.Exists(files.DemonstrationMark))
        {
            return;
        }

        if (!File.Exists(BusyboxImage.Program))
        {
            GlanceLog.NoBusybox(logger, BusyboxImage.Program);
            return;
        }

        using var archive = new MemoryStream();
        DockerArchiveWriter.Write(archive, BusyboxImage.Running(await File.ReadAllBytesAsync(BusyboxImage.Program, cancellationToken), "busybox:latest", Command));
        archive.Position = 0;
        var staged = await files.ReceiveAsync(archive, cancellationToken);
        await files.KeepAsync(db, staged, async () =>
        {
            var owner = await db.Set<ProjectRow>().Where(p => p.Name == "admin" && p.DomainId == Resources.DefaultDomain).Select(p => p.Id).FirstOrDefaultAsync(cancellationToken);
            db.Add(Row(staged.Digests, owner));
            await db.SaveChangesAsync(cancellationToken);
        });
        await File.WriteAllTextAsync(files.DemonstrationMark, "The demonstration image has been made; it is not made again.\n", cancellationToken);
    }

    private ImageRow Row(Digests digests, string? owner)
    {
        var now = time.GetUtcNow();
        var image = new ImageRow
        {
            Id = Guid.NewGuid().ToString(),
            Name = "busybox",
            Owner = owner,
            Status = ImageStates.Active,
            Visibility = ImageStates.Public,
            ContainerFormat = ImageStates.Docker,
            DiskFormat = "raw",
            Size = digests.Size,
            Md5 = digests.Md5,
            Sha512 = digests.Sha512,
            CreatedAt = now.UtcDateTime,
            UpdatedAt = now.UtcDateTime,
        };
        ApprovalRules.Approve(image, "admin", now);
        image.SetProperty(Approval.Reason, $"Made by this cloud from {BusyboxImage.Program} at its first start.");
        return image;
    }
}
