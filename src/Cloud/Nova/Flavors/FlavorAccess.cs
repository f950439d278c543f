using Cloud.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Flavors;

/// <summary>Who sees which flavor. What is not the caller's to see does not exist for them.</summary>
internal static class FlavorAccess
{
    /// <summary>Public, or opened to the caller's project; everything for the administrator.</summary>
    public static IQueryable<FlavorRow> VisibleTo(this IQueryable<FlavorRow> flavors, Caller caller) =>
        caller.IsAdmin ? flavors : flavors.OfferedTo(caller.ProjectId);

    /// <summary>Public, or opened to that project.</summary>
    public static IQueryable<FlavorRow> OfferedTo(this IQueryable<FlavorRow> flavors, string? projectId) =>
        flavors.Where(f => f.IsPublic || (projectId != null && f.Access.Any(a => a.ProjectId == projectId)));

    /// <summary>The flavor with its extra specs.</summary>
    public static async Task<FlavorRow> GetFlavorAsync(this DbContext db, Caller caller, string id, CancellationToken cancellationToken) =>
        await db.Set<FlavorRow>().VisibleTo(caller).Include(f => f.Specs).FirstOrDefaultAsync(f => f.Id == id, cancellationToken) ?? throw NotFound(id);

    public static CloudFailure NotFound(string id) => CloudFailure.NotFound($"Flavor {id} could not be found.");
}
