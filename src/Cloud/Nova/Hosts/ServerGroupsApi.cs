using System.Text.Json.Nodes;
using Cloud.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cloud.Nova.Hosts;

/// <summary>Server groups keep instances together or apart over hosts. With one host there is nothing to choose: the quota for them is 0.</summary>
internal static class ServerGroupsApi
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/os-server-groups", (HttpContext context) => Json.Ok(new JsonObject { ["server_groups"] = new JsonArray() }));
        v21.MapPost("/os-server-groups", (HttpContext context) =>
        {
            context.Caller().RequireMember();
            throw CloudFailure.Forbidden("Quota exceeded, too many server groups: this cloud has one host, so there are none.");
        });
        v21.MapGet("/os-server-groups/{id}", IResult (string id) => throw CloudFailure.NotFound($"Instance group {id} could not be found."));
    }
}
