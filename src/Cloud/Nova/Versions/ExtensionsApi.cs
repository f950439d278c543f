using System.Text.Json.Nodes;
using Cloud.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cloud.Nova.Versions;

/// <summary>Extensions are history: everything is part of the API since v2.1. Older clients ask, and get along with none.</summary>
internal static class ExtensionsApi
{
    public static void Map(RouteGroupBuilder v21) => v21.MapGet("/extensions", (HttpContext context) => Json.Ok(new JsonObject { ["extensions"] = new JsonArray() }));
}
