using Docker.DotNet;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.Http;
using DriverHost.Images;
using DriverHost.Store;
using Microsoft.Extensions.Logging;
using OpenStack.Glance;

namespace DriverHost.Snapshots;

/// <summary>
/// Takes a snapshot: commit, save and upload in one stream. The books come first at every step, so that no image is ever managed without a row here, and a
/// row is worth nothing before it knows the content.
/// </summary>
internal sealed class SnapshotTaker(
    InstanceWork instances, SnapshotTag tag, SnapshotGlance glance, Leftovers leftovers, Ledger ledger, ArchiveLimits limits, TimeProvider time, ILogger<SnapshotTaker> logger)
{
    private const long ReportEvery = 4L << 20;

    public async Task TakeAsync(string id, SnapshotRequest request, CancellationToken cancellationToken)
    {
        SpecRules.Check(request);
        var entry = instances.Require(id);
        await glance.RequireTargetAsync(request.ImageId, entry.Row.ProjectId, cancellationToken);
        if (await ledger.SnapshotAsync(request.ImageId, cancellationToken) is not null)
        {
            throw DriverFailure.Conflict("image_not_queued", $"Image {request.ImageId} has been used for a snapshot already.");
        }

        var row = new SnapshotRow
        {
            ImageId = request.ImageId,
            ParentImageId = entry.Spec.ImageId,
            ProjectId = entry.Row.ProjectId,
            InstanceId = id,
            TakenAt = time.GetUtcNow(),
        };
        await instances.RunAsync(id, "snapshot", null, (client, container, steps, stop) => RunAsync(client, container, row, request.Name, steps, stop), cancellationToken);
    }

    private async Task RunAsync(DockerClient client, ContainerFacts container, SnapshotRow row, string name, OperationSteps steps, CancellationToken stop)
    {
        var undo = new Undo(logger);
        try
        {
            steps.Now("pausing the processes and copying the files");
            undo.Push($"image {tag.ReferenceOf(row.InstanceId)}", token => tag.RemoveAsync(client, row.InstanceId, token));
            var about = await tag.CommitAsync(client, container.Id, row.InstanceId, name, stop);

            await ledger.AddAsync(row, stop);
            undo.Push($"the mark on image {row.ImageId}", token => TakeBackAsync(row, token));
            await glance.SetAsync(row.ImageId, stop, (Approval.State, Approval.Managed));

            steps.Now("uploading the snapshot", 0, about);
            var facts = await glance.UploadAsync(row.ImageId, () => OpenAsync(client, row, about, steps, stop), stop);
            steps.Now("finishing the image");
            await FinishAsync(row, facts, stop);
            undo.Clear();
        }
        catch (Exception failed)
        {
            steps.Now("undoing");
            var left = await undo.RunAsync();
            leftovers.Look();
            if (left.Count > 0 && EngineFailure.TryRead(failed) is { } fault)
            {
                throw new DriverFailure(fault.Status, fault.Code, $"{fault.Message} Left over until the driver host's next start: {string.Join(", ", left)}.", failed);
            }

            throw;
        }

        await RemoveTagAsync(client, row);
    }

    private async Task<SavedArchive> OpenAsync(DockerClient client, SnapshotRow row, long about, OperationSteps steps, CancellationToken stop)
    {
        long reported = 0;
        return new SavedArchive(
            await client.Images.SaveImageAsync(tag.ReferenceOf(row.InstanceId), stop),
            limits,
            facts => ledger.UpdateAsync(row with { Sha512 = facts.Sha512, ConfigDigest = facts.ConfigDigest }, stop),
            done =>
            {
                if (done - reported >= ReportEvery)
                {
                    reported = done;
                    steps.Now("uploading the snapshot", done, Math.Max(about, done));
                }
            });
    }

    // A Glance of today binds the mark to the content only now; ours has done so with the last byte.
    private async Task FinishAsync(SnapshotRow row, SavedArchiveFacts facts, CancellationToken stop)
    {
        var image = await glance.SetAsync(row.ImageId, stop, (Approval.State, Approval.Managed), (Approval.Sha512, facts.Sha512), (Approval.Config, facts.ConfigDigest));
        if (!string.Equals(image.OsHashValue, facts.Sha512, StringComparison.OrdinalIgnoreCase) || image.Status != "active")
        {
            throw new DriverFailure(502, "upload_failed", $"Image {row.ImageId} is not what was sent: Glance says {image.Status}, sha512 {image.OsHashValue ?? "unknown"}; sent was {facts.Sha512}.");
        }

        await ledger.UpdateAsync(row with { Sha512 = facts.Sha512, ConfigDigest = facts.ConfigDigest, Finished = true }, CancellationToken.None);
        SnapshotsLog.Taken(logger, row.InstanceId, row.ImageId);
    }

    // The mark first, then the row. When the mark stays, so does the row, and the next start settles it.
    private async Task TakeBackAsync(SnapshotRow row, CancellationToken cancellationToken)
    {
        if ((await glance.FindAsync(row.ImageId, cancellationToken))?.Property(Approval.State) == Approval.Managed)
        {
            await glance.SetAsync(row.ImageId, cancellationToken, (Approval.State, Approval.Pending));
        }

        await ledger.RemoveSnapshotAsync(row.ImageId, cancellationToken);
    }

    private async Task RemoveTagAsync(DockerClient client, SnapshotRow row)
    {
        try
        {
            await tag.RemoveAsync(client, row.InstanceId, CancellationToken.None);
        }
        catch (Exception failed) when (EngineFailure.TryRead(failed) is not null)
        {
            // The snapshot is good; the engine keeps a copy of it for a while.
            SnapshotsLog.TagLeft(logger, failed, tag.ReferenceOf(row.InstanceId));
            leftovers.Look();
        }
    }

    /// <summary>Ends what a crash left: a snapshot whose bytes all arrived is finished, any other is undone.</summary>
    /// <exception cref="DriverFailure">Glance is away or refuses: ask again later.</exception>
    public async Task SettleAsync(SnapshotRow row, CancellationToken cancellationToken)
    {
        var image = await glance.FindAsync(row.ImageId, cancellationToken);
        var whole = row.Sha512.Length > 0 && image is { Status: "active" } && image.OsHashValue == row.Sha512 && image.Property(Approval.State) == Approval.Managed;
        if (whole)
        {
            await FinishAsync(row, new SavedArchiveFacts(row.Sha512, row.ConfigDigest), cancellationToken);
        }
        else
        {
            await TakeBackAsync(row, cancellationToken);
            SnapshotsLog.Undone(logger, row.InstanceId, row.ImageId);
        }
    }
}
