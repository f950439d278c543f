using System.Text.Json.Nodes;
using Cloud.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cloud.Nova.Versions;

/// <summary>Which versions this Nova speaks: one, v2.1, in the microversions between <see cref="Microversion.Minimum"/> and <see cref="Microversion.Maximum"/>.</summary>
internal static class DiscoveryApi
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/compute", (NovaLinks links) => Json.Ok(new JsonObject { ["versions"] = new JsonArray(Version(links)) })).AllowNoToken();
        app.MapGet("/compute/v2.1", Show).AllowNoToken();
        // nova: a path without a version it knows is answered with what there is to choose from.
        app.MapGet("/compute/{path}", (string path, NovaLinks links) => Json.Answer(Choices(links, path), StatusCodes.Status300MultipleChoices)).AllowNoToken();
    }

    private static IResult Show(NovaLinks links)
    {
        var version = Version(links);
        version["links"]!.AsArray().Add(new JsonObject { ["rel"] = "describedby", ["type"] = "text/html", ["href"] = "http://docs.openstack.org/" });
        version["media-types"] = MediaTypes();
        return Json.Ok(new JsonObject { ["version"] = version });
    }

    private static JsonObject Version(NovaLinks links) => new()
    {
        ["id"] = "v2.1",
        ["status"] = "CURRENT",
        ["version"] = Microversion.Maximum.ToString(),
        ["min_version"] = Microversion.Minimum.ToString(),
        ["updated"] = "2013-07-23T11:33:21Z",
        ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = links.Address("/") }),
    };

    private static JsonObject Choices(NovaLinks links, string path) => new()
    {
        ["choices"] = new JsonArray(new JsonObject
        {
            ["id"] = "v2.1",
            ["status"] = "CURRENT",
            ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = links.Address($"/{Uri.EscapeDataString(path)}") }),
            ["media-types"] = MediaTypes(),
        }),
    };

    private static JsonArray MediaTypes() => new(new JsonObject { ["base"] = "application/json", ["type"] = "application/vnd.openstack.compute+json;version=2.1" });
}
