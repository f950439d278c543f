using System.Text.Json.Nodes;
using Cloud.Glance.Images;
using Cloud.Http;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Glance.Members;

/// <summary>Projects that a shared image is offered to: the owner offers, the member answers.</summary>
internal sealed class MembersApi(IDbContextFactory<CloudDb> factory, TimeProvider time)
{
    private const int Maximum = 128;

    public static void Map(RouteGroupBuilder v2)
    {
        v2.MapGet("/images/{id}/members", (HttpContext context, string id, MembersApi api) => api.ListAsync(context, id));
        v2.MapPost("/images/{id}/members", (HttpContext context, string id, MembersApi api) => api.CreateAsync(context, id));
        v2.MapGet("/images/{id}/members/{member}", (HttpContext context, string id, string member, MembersApi api) => api.ShowAsync(context, id, member));
        v2.MapPut("/images/{id}/members/{member}", (HttpContext context, string id, string member, MembersApi api) => api.UpdateAsync(context, id, member));
        v2.MapDelete("/images/{id}/members/{member}", (HttpContext context, string id, string member, MembersApi api) => api.DeleteAsync(context, id, member));
    }

    private async Task<IResult> ListAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await GetSharedAsync(db, context, id);
        var members = await MembersOf(db, context.Caller(), image).OrderBy(m => m.CreatedAt).ThenBy(m => m.ProjectId).ToListAsync(context.RequestAborted);
        return Json.Ok(new JsonObject { ["members"] = new JsonArray([.. members.Select(View)]), ["schema"] = "/v2/schemas/members" });
    }

    private async Task<IResult> ShowAsync(HttpContext context, string id, string member)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await GetSharedAsync(db, context, id);
        return Json.Ok(View(await GetMemberAsync(db, context, image, member)));
    }

    private async Task<IResult> CreateAsync(HttpContext context, string id)
    {
        var caller = context.Caller();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await db.GetImageToChangeAsync(caller, id, context.RequestAborted);
        var project = (await context.Request.ReadBodyAsync(context.RequestAborted)).RequiredText("member");
        RequireShared(image);
        var known = await db.Set<ImageMemberRow>().Where(m => m.ImageId == id).Select(m => m.ProjectId).ToListAsync(context.RequestAborted);
        if (known.Contains(project))
        {
            throw CloudFailure.Conflict($"Member {project} is duplicated for image {id}");
        }

        if (known.Count >= Maximum)
        {
            throw new CloudFailure(FailureKind.TooLarge, $"The limit has been exceeded on the number of allowed image members for this image. Attempted: {known.Count + 1}, Maximum: {Maximum}");
        }

        var now = time.GetUtcNow().UtcDateTime;
        var member = new ImageMemberRow { ImageId = id, ProjectId = project, Status = ImageStates.MemberPending, CreatedAt = now, UpdatedAt = now };
        db.Add(member);
        await db.SaveChangesAsync(context.RequestAborted);
        return Json.Ok(View(member));
    }

    private async Task<IResult> UpdateAsync(HttpContext context, string id, string member)
    {
        var caller = context.Caller();
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await GetSharedAsync(db, context, id);
        var row = await GetMemberAsync(db, context, image, member);
        caller.RequireMember();
        if (!caller.IsAdmin && caller.ProjectId != member)
        {
            throw CloudFailure.Forbidden($"Only project {member} itself may answer the offer of image {id}.");
        }

        var status = (await context.Request.ReadBodyAsync(context.RequestAborted)).RequiredText("status");
        row.Status = ImageStates.MemberStates.Contains(status)
            ? status
            : throw CloudFailure.Invalid($"Invalid status: {status}. It must be one of {string.Join(", ", ImageStates.MemberStates)}.");
        row.UpdatedAt = time.GetUtcNow().UtcDateTime;
        await db.SaveImageAsync(id, context.RequestAborted);
        return Json.Ok(View(row));
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id, string member)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var image = await db.GetImageToChangeAsync(context.Caller(), id, context.RequestAborted);
        RequireShared(image);
        db.Remove(await GetMemberAsync(db, context, image, member));
        await db.SaveImageAsync(id, context.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<ImageRow> GetSharedAsync(CloudDb db, HttpContext context, string id)
    {
        var image = await db.GetImageAsync(context.Caller(), id, context.RequestAborted);
        RequireShared(image);
        return image;
    }

    private static async Task<ImageMemberRow> GetMemberAsync(CloudDb db, HttpContext context, ImageRow image, string member) =>
        await MembersOf(db, context.Caller(), image).FirstOrDefaultAsync(m => m.ProjectId == member, context.RequestAborted)
        ?? throw CloudFailure.NotFound($"{member} not found in the member list of the image {image.Id}.");

    // The owner sees all members; a member sees itself alone.
    private static IQueryable<ImageMemberRow> MembersOf(CloudDb db, Caller caller, ImageRow image)
    {
        var members = db.Set<ImageMemberRow>().Where(m => m.ImageId == image.Id);
        return caller.SeesAll() || image.Owner == caller.ProjectId ? members : members.Where(m => m.ProjectId == caller.ProjectId);
    }

    private static void RequireShared(ImageRow image)
    {
        if (image.Visibility != ImageStates.Shared)
        {
            throw CloudFailure.Forbidden($"Only shared images have members: the visibility of image {image.Id} is {image.Visibility}.");
        }
    }

    private static JsonObject View(ImageMemberRow member) => new()
    {
        ["image_id"] = member.ImageId,
        ["member_id"] = member.ProjectId,
        ["status"] = member.Status,
        ["created_at"] = ImageView.Time(member.CreatedAt),
        ["updated_at"] = ImageView.Time(member.UpdatedAt),
        ["schema"] = "/v2/schemas/member",
    };
}
