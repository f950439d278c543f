using System.Text.Json;
using Cloud.Http;
using Microsoft.AspNetCore.Http;

namespace Cloud.Glance.Images;

internal sealed record ImageChange(string Op, string Name, JsonElement Value);

/// <summary>Reads Glance's two media types of JSON patch and applies the changes to an image.</summary>
internal static class ImagePatching
{
    private const string Newer = "application/openstack-images-v2.1-json-patch";
    private const string Older = "application/openstack-images-v2.0-json-patch";
    private const int MaximumBytes = 1024 * 1024;

    public static async Task<IReadOnlyList<ImageChange>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var media = request.ContentType?.Split(';')[0].Trim();
        if (media is not (Newer or Older))
        {
            throw new CloudFailure(FailureKind.UnsupportedMediaType, $"Send the changes as {Newer}; '{media}' is not supported here.");
        }

        if (request.ContentLength > MaximumBytes)
        {
            throw new CloudFailure(FailureKind.TooLarge, $"The body is larger than {MaximumBytes} bytes.");
        }

        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            return json.RootElement.ValueKind == JsonValueKind.Array
                ? [.. json.RootElement.EnumerateArray().Select(operation => Read(operation, media == Newer))]
                : throw CloudFailure.Invalid("Request body must be a JSON array of operation objects.");
        }
        catch (JsonException malformed)
        {
            throw CloudFailure.Invalid($"The body is not valid JSON: {malformed.Message}");
        }
    }

    /// <returns>The names of the properties that were set.</returns>
    public static IReadOnlySet<string> Apply(ImageRow image, Caller caller, IReadOnlyList<ImageChange> changes)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            ImageAttributes.RequireWritable(change.Name);
            if (change.Op == "remove")
            {
                ImageAttributes.RemoveProperty(image, caller, change.Name);
                written.Remove(change.Name);
                continue;
            }

            if (change.Op == "replace" && !ImageAttributes.IsFixed(change.Name) && image.Property(change.Name) is null)
            {
                throw CloudFailure.Conflict($"Property {change.Name} does not exist.");
            }

            ImageAttributes.Set(image, caller, change.Name, change.Value);
            written.Add(change.Name);
        }

        return written;
    }

    private static ImageChange Read(JsonElement operation, bool newer)
    {
        if (operation.ValueKind != JsonValueKind.Object)
        {
            throw CloudFailure.Invalid("Operations must be JSON objects.");
        }

        var (op, path) = newer ? (operation.Text("op"), operation.Text("path")) : OlderOf(operation);
        if (op is not ("add" or "replace" or "remove"))
        {
            throw CloudFailure.Invalid("Operation must be one of add, replace, remove.");
        }

        if (path is null || path.Length < 2 || path[0] != '/')
        {
            throw CloudFailure.Invalid($"Pointer '{path}' must start with '/' and name a property.");
        }

        if (path.IndexOf('/', 1) >= 0)
        {
            ImageAttributes.RequireWritable(path[1..path.IndexOf('/', 1)]);
            throw CloudFailure.Invalid($"Pointer '{path}' names more than a property: write the whole value of it.");
        }

        var name = path[1..].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        if (op == "remove")
        {
            return new ImageChange(op, name, default);
        }

        return operation.TryGetProperty("value", out var value) ? new ImageChange(op, name, value.Clone()) : throw CloudFailure.Invalid($"Operation '{op}' of {path} has no value.");
    }

    private static (string? Op, string? Path) OlderOf(JsonElement operation)
    {
        string[] ops = [.. ((string[])["add", "replace", "remove"]).Where(name => operation.Has(name))];
        return ops.Length == 1 ? (ops[0], operation.Text(ops[0])) : (null, null);
    }
}
