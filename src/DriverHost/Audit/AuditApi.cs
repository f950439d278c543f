using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace DriverHost.Audit;

/// <summary><c>GET /v1/instances/{id}/audit</c>: the instance's project reads it, also when the instance is long deleted.</summary>
internal static class AuditApi
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 1000;

    public static void MapAudit(this IEndpointRouteBuilder app) => app.MapGet("/v1/instances/{id}/audit", List);

    private static async Task<Ok<AuditRecord[]>> List(string id, int? limit, long? marker, HttpContext context, AuditBook audit, InstanceBook book, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MostLimit)
        {
            throw DriverFailure.Invalid($"limit is 1 to {MostLimit} entries.");
        }

        var caller = context.Caller();
        var project = caller.IsAdmin || caller.IsService ? null : caller.ProjectId ?? throw CallerAccess.NoInstance(id);
        var rows = await audit.OfInstanceAsync(id, project, marker, limit ?? DefaultLimit, cancellationToken);
        if (rows.Count == 0 && marker is null)
        {
            book.RequireReadable(id, caller);
        }

        return TypedResults.Ok(rows.Select(r => new AuditRecord
        {
            Id = r.Id,
            At = r.At,
            InstanceId = r.InstanceId,
            ProjectId = r.ProjectId,
            UserId = r.UserId,
            UserName = r.UserName,
            RequestId = r.RequestId,
            Kind = r.Kind,
            Detail = r.Detail,
            Outcome = r.Outcome,
        }).ToArray());
    }
}
