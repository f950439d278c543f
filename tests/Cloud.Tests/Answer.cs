using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cloud.Tests;

/// <summary>What the cloud answered, read to the end.</summary>
/// <param name="Json">The body as JSON; undefined when it is none.</param>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string Text, JsonElement Json)
{
    /// <summary>The value at a path of names and indexes, for example <c>["token", "roles", "0", "name"]</c>.</summary>
    public JsonElement At(params string[] path) => path.Aggregate(Json, (json, name) => json.ValueKind == JsonValueKind.Array
        ? json[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]
        : json.GetProperty(name));

    public string? TextAt(params string[] path) => At(path).GetString();

    /// <summary>That member of each item of a list, in order.</summary>
    public IReadOnlyList<string?> Each(string list, string member) => [.. Json.GetProperty(list).EnumerateArray().Select(item => item.GetProperty(member).GetString())];

    public Answer Expect(HttpStatusCode status) => Status == status ? this : throw new InvalidOperationException($"Expected {status}, got {Status}: {Text}");
}

/// <summary>Calls in one line; paths as <c>/identity/v3/users</c>.</summary>
public static class Calls
{
    public static Task<Answer> ReadAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) => client.CallAsync("GET", path, null, headers);
    public static Task<Answer> PostAsync(this HttpClient client, string path, JsonNode body) => client.CallAsync("POST", path, body);
    public static Task<Answer> PatchAsync(this HttpClient client, string path, JsonNode body) => client.CallAsync("PATCH", path, body);
    public static Task<Answer> PutAsync(this HttpClient client, string path, JsonNode? body = null) => client.CallAsync("PUT", path, body);
    public static Task<Answer> RemoveAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) => client.CallAsync("DELETE", path, null, headers);

    public static async Task<Answer> CallAsync(this HttpClient client, string method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        return await client.AskAsync(request);
    }

    /// <summary>Sends a request that needs more than a method, a path and a JSON body.</summary>
    public static async Task<Answer> AskAsync(this HttpClient client, HttpRequestMessage request)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var answer = await client.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return new Answer(answer.StatusCode, answer.Headers, text, answer.Content.Headers.ContentType?.MediaType == "application/json" && text.Length > 0 ? Parse(text) : default);
    }

    private static JsonElement Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
