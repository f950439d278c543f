using Cloud.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Glance.Images;

/// <summary>Who may see and who may change an image. What is not the caller's to see does not exist for them.</summary>
internal static class ImageAccess
{
    /// <summary>The administrator and the cloud's own services see every image.</summary>
    public static bool SeesAll(this Caller caller) => caller.IsAdmin || caller.IsService;

    /// <summary>Own, public, community, or offered to the caller's project whatever it answered.</summary>
    public static IQueryable<ImageRow> VisibleTo(this IQueryable<ImageRow> images, Caller caller)
    {
        if (caller.SeesAll())
        {
            return images;
        }

        var project = caller.ProjectId;
        return images.Where(i =>
            i.Visibility == ImageStates.Public
            || i.Visibility == ImageStates.Community
            || (project != null && i.Owner == project)
            || (project != null && i.Visibility == ImageStates.Shared && i.Members.Any(m => m.ProjectId == project)));
    }

    /// <summary>The image with its properties and tags, to be read or changed.</summary>
    public static async Task<ImageRow> GetImageAsync(this DbContext db, Caller caller, string id, CancellationToken cancellationToken) =>
        await db.Set<ImageRow>().VisibleTo(caller).Include(i => i.Properties).Include(i => i.Tags).AsSplitQuery().FirstOrDefaultAsync(i => i.Id == id, cancellationToken)
        ?? throw NotFound(id);

    /// <summary>The same, for a caller who is going to change it.</summary>
    public static async Task<ImageRow> GetImageToChangeAsync(this DbContext db, Caller caller, string id, CancellationToken cancellationToken)
    {
        var image = await db.GetImageAsync(caller, id, cancellationToken);
        caller.RequireMember();
        return caller.SeesAll() || (caller.ProjectId is not null && image.Owner == caller.ProjectId)
            ? image
            : throw CloudFailure.Forbidden($"You are not permitted to change image {id}: it belongs to another project.");
    }

    public static CloudFailure NotFound(string id) => CloudFailure.NotFound($"No image found with ID {id}");

    private static CloudFailure Overtaken(string id) => CloudFailure.Conflict($"Image {id} was changed by another call at the same moment. Read it again and repeat the change.");

    /// <summary>Saves; a change that was overtaken by another one is a conflict, not an error.</summary>
    public static async Task SaveImageAsync(this DbContext db, string id, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Overtaken(id);
        }
    }
}
