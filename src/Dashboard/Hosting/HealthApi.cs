using Dashboard.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Hosting;

/// <summary>The two health checks, for everybody: whether the process answers, and whether it can take people.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz/live", () => TypedResults.Text("alive\n")).AllowAnonymous();
        app.MapGet("/healthz/ready", ReadyAsync).AllowAnonymous();
    }

    // A silent Keystone does not count: the sign-in page says it in words, and no other copy would do better.
    private static async Task<ContentHttpResult> ReadyAsync(IDbContextFactory<DashboardDb> books, CancellationToken cancellationToken)
    {
        await using var db = await books.CreateDbContextAsync(cancellationToken);
        return await db.Database.CanConnectAsync(cancellationToken)
            ? TypedResults.Text("ready\n")
            : TypedResults.Text("The dashboard's database can't be opened.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
