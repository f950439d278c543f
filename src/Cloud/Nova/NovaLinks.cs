using System.Text.Json.Nodes;

namespace Cloud.Nova;

/// <summary>The addresses that Nova's answers carry.</summary>
internal sealed class NovaLinks(CloudOptions options)
{
    private readonly string _root = $"{options.Url.ToString().TrimEnd('/')}/compute";

    /// <param name="path">Below <c>/compute/v2.1</c>, for example <c>/flavors/1</c>.</param>
    public string Address(string path) => $"{_root}/v2.1{path}";

    /// <summary>The address without the version: it outlives one.</summary>
    public string Bookmark(string path) => _root + path;

    /// <summary>The pair that nova gives each resource: with the version and without.</summary>
    public JsonArray Of(string path) => new(
        new JsonObject { ["rel"] = "self", ["href"] = Address(path) },
        new JsonObject { ["rel"] = "bookmark", ["href"] = Bookmark(path) });
}
