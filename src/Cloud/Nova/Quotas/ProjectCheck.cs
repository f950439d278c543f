using Cloud.Http;
using Cloud.Keystone.Identity;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Quotas;

/// <summary>nova asks Keystone before it writes something down for a project, so that a mistyped id is not believed.</summary>
internal static class ProjectCheck
{
    public static async Task RequireAsync(DbContext db, string projectId, CancellationToken cancellationToken)
    {
        if (!await db.Set<ProjectRow>().AnyAsync(p => p.Id == projectId, cancellationToken))
        {
            throw CloudFailure.Invalid($"Project ID {projectId} is not a valid project.");
        }
    }
}
