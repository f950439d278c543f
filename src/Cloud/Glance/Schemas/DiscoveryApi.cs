using System.Text.Json.Nodes;
using Cloud.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cloud.Glance.Schemas;

/// <summary>Which versions this Glance speaks, and what it offers beyond the plain upload: nothing.</summary>
internal static class DiscoveryApi
{
    private static readonly string[] Versions = ["v2.9", "v2.7", "v2.6", "v2.5", "v2.4", "v2.3", "v2.2", "v2.1", "v2.0"];

    public static void Map(WebApplication app)
    {
        app.MapGet("/image", (CloudOptions options) => Json.Answer(List(options), StatusCodes.Status300MultipleChoices)).AllowNoToken();
        app.MapGet("/image/versions", (CloudOptions options) => Json.Answer(List(options), StatusCodes.Status300MultipleChoices)).AllowNoToken();
        app.MapGet("/image/v2", (CloudOptions options) => Json.Answer(List(options), StatusCodes.Status300MultipleChoices)).AllowNoToken();
    }

    public static void Map(RouteGroupBuilder v2)
    {
        v2.MapGet("/info/import", () => Json.Ok(new JsonObject
        {
            ["import-methods"] = new JsonObject { ["description"] = "Import methods available.", ["type"] = "array", ["value"] = new JsonArray() },
        }));
        v2.MapGet("/info/stores", () => Json.Ok(new JsonObject { ["stores"] = new JsonArray(Store()) }));
        v2.MapGet("/info/stores/detail", (HttpContext context) =>
        {
            context.Caller().RequireAdmin();
            var store = Store();
            store["type"] = "file";
            store["properties"] = new JsonObject();
            return Json.Ok(new JsonObject { ["stores"] = new JsonArray(store) });
        });
        v2.MapGet("/info/usage", () => Json.Ok(new JsonObject { ["usage"] = new JsonObject() }));
    }

    private static JsonObject List(CloudOptions options) => new()
    {
        ["versions"] = new JsonArray([.. Versions.Select((version, index) => new JsonObject
        {
            ["id"] = version,
            ["status"] = index == 0 ? "CURRENT" : "SUPPORTED",
            ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = $"{options.Url.ToString().TrimEnd('/')}/image/v2/" }),
        })]),
    };

    private static JsonObject Store() => new() { ["id"] = "file", ["description"] = "Files in the cloud's data folder", ["default"] = "true" };
}
