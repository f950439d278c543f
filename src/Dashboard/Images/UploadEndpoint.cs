using System.Net;
using Dashboard.Approvals;
using Dashboard.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Images;

/// <summary>Takes a file from the browser over plain HTTP, with the session's cookie and the antiforgery token.</summary>
internal static class UploadEndpoint
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/images/{id:guid}/file", UploadAsync).RequireFormToken().WithMetadata(new DisableRequestSizeLimitAttribute());

    private static async Task<IResult> UploadAsync(string id, HttpContext context, DashboardSession session, OwnApproval approval, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (!session.MayChange)
        {
            return ImageUpload.Refuse(HttpStatusCode.Forbidden, "Not uploaded. Your role may look, not change. Ask for the member role.");
        }

        var result = await ImageUpload.RunAsync(session.Glance, id, context.Request, loggers.CreateLogger("Dashboard.Images"), session.Ended, cancellationToken);
        if (result is NoContent && session.IsAdministrator)
        {
            await approval.GiveAsync(session.Glance, id, session.User.Name, cancellationToken);
        }

        return result;
    }
}
