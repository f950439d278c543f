using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace DriverHost.History;

/// <summary><c>GET /v1/records</c>: what is kept of deleted instances. <c>GET /v1/records/{id}</c>: of one instance; while it is there, how its process last
/// ended, or how it is now if it never did.</summary>
internal static class RecordsApi
{
    private const int Most = 500;

    public static void MapRecords(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/records", List);
        app.MapGet("/v1/records/{id}", Get);
    }

    private static Ok<FlightRecord[]> List(HttpContext context, int? limit, FlightRecords records)
    {
        if (limit is < 1 or > Most)
        {
            throw DriverFailure.Invalid($"limit is a number from 1 to {Most}.");
        }

        return TypedResults.Ok(records.Gone(context.Caller(), limit ?? Most));
    }

    private static Ok<FlightRecord> Get(string id, HttpContext context, InstanceBook book, FlightRecorder recorder, FlightRecords records)
    {
        var entry = book.Entry(id);
        var project = entry?.Row.ProjectId ?? records.FindGone(id)?.ProjectId ?? throw CallerAccess.NoInstance(id);
        context.Caller().RequireReadable(id, project);
        return TypedResults.Ok(records.Read(project, id) ?? (entry is null ? throw CallerAccess.NoInstance(id) : recorder.Now(entry)));
    }
}
