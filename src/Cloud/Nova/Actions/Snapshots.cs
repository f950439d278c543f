using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Glance;
using Cloud.Http;
using Cloud.Nova.Drivers;
using Cloud.Nova.Quotas;
using Cloud.Nova.Servers;
using Cloud.Nova.Versions;
using Cloud.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Actions;

/// <summary>createImage: the image's record first, queued; the host fills it in the background.</summary>
internal sealed class Snapshots(IDbContextFactory<CloudDb> factory, ActionStart actions, InstanceManager manager, IImages images, QuotaStore quotas, CloudOptions options)
{
    public async Task<IResult> CreateAsync(HttpContext context, string id, JsonElement value)
    {
        var caller = context.Caller();
        caller.RequireMember();
        var name = ServerText.Name(value.Text("name") ?? throw CloudFailure.Invalid("'name' is a required property."));
        var metadata = value.Member("metadata") is { } given ? ServerText.Metadata(given) : [];
        var row = await FindAsync(context, id);
        QuotaRules.RequireMetadata(metadata.Count, await quotas.OfAsync(row.ProjectId, context.RequestAborted));

        // What cannot be snapshotted now gets no image; the check that counts is the one in the unit of work below.
        ActionStart.RequireAllowed(row, ActionRules.Snapshot);
        var image = await images.CreateQueuedSnapshotAsync(caller, new SnapshotImage(name, row.ProjectId, 0, 0, Properties(row, metadata)), context.RequestAborted);
        try
        {
            await actions.BeginAsync(context, id, ActionRules.Snapshot, taken => taken.TaskImageId = image.Id, context.RequestAborted);
        }
        catch (Exception)
        {
            await images.DeleteFailedSnapshotAsync(image.Id, CancellationToken.None);
            throw;
        }

        manager.BeginSnapshot(id, image.Id, name);
        return Answer(context, image.Id);
    }

    private async Task<InstanceRow> FindAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        return await db.Set<InstanceRow>().AsNoTracking().GetInstanceAsync(context.Caller(), id, context.RequestAborted);
    }

    private static Dictionary<string, string> Properties(InstanceRow row, IReadOnlyDictionary<string, string> metadata) => new(metadata)
    {
        ["image_type"] = "snapshot",
        ["instance_uuid"] = row.Id,
        ["base_image_ref"] = row.ImageId,
        ["user_id"] = row.UserId,
    };

    private IResult Answer(HttpContext context, string imageId)
    {
        if (Microversions.Of(context).AtLeast(2, 45))
        {
            return Json.Accepted(new JsonObject { ["image_id"] = imageId });
        }

        context.Response.Headers.Location = $"{options.Url.ToString().TrimEnd('/')}/image/v2/images/{imageId}";
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }
}
