using System.Net;
using Dashboard.SignIn;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Images;

/// <summary>Takes a file from the browser over plain HTTP, with the session's cookie and the antiforgery token.</summary>
internal static class UploadEndpoint
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/images/{id:guid}/file", (string id, HttpContext context, DashboardSession session, ILoggerFactory loggers, CancellationToken cancellationToken) =>
                session.MayChange
                    ? ImageUpload.RunAsync(session.Glance, id, context.Request, loggers.CreateLogger("Dashboard.Images"), session.Ended, cancellationToken)
                    : Task.FromResult(ImageUpload.Refuse(HttpStatusCode.Forbidden, "Not uploaded. Your role may look, not change. Ask for the member role.")))
            .RequireFormToken()
            .WithMetadata(new DisableRequestSizeLimitAttribute());
}
