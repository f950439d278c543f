using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace DriverHost.Images;

/// <summary><c>GET /v1/images/{imageId}/evidence</c>: for whoever sees the image in Glance. <c>POST …/cache</c>: for operators.</summary>
internal static class ImagesApi
{
    public static void MapImages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/images/{imageId}/evidence", Evidence);
        app.MapPost("/v1/images/{imageId}/cache", Cache).ForOperators();
    }

    private static async Task<Ok<CachedImage>> Cache(string imageId, ImageStore images, HostProbe probe, CancellationToken cancellationToken)
    {
        await probe.RequireSafeAsync(cancellationToken);
        return TypedResults.Ok(new CachedImage(await images.CacheAsync(imageId, cancellationToken)));
    }

    private static async Task<Ok<ImageEvidence>> Evidence(string imageId, HttpContext context, ImageExaminer examiner, CancellationToken cancellationToken) =>
        TypedResults.Ok(await examiner.ExamineAsync(imageId, context.Request.Headers["X-Auth-Token"].ToString(), cancellationToken));
}
