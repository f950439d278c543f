using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace TestKit;

/// <summary>Somebody with a scoped token who uses Glance and Nova by their APIs, to set a scene that a test then looks at.</summary>
public sealed class CloudPerson : IDisposable
{
    private readonly HttpClient _http;

    private CloudPerson(HttpClient http) => _http = http;

    public static CloudPerson Of(Uri cloud, string token)
    {
        var http = new HttpClient { BaseAddress = cloud };
        http.DefaultRequestHeaders.Add("X-Auth-Token", token);
        http.DefaultRequestHeaders.Add("OpenStack-API-Version", "compute 2.87");
        return new CloudPerson(http);
    }

    /// <summary>Makes an image and uploads the archive; an administrator's is approved at once.</summary>
    public async Task<string> UploadAsync(string name, byte[] archive, params (string Key, string Value)[] properties)
    {
        var body = new JsonObject { ["name"] = name, ["container_format"] = "docker", ["disk_format"] = "raw" };
        foreach (var (key, value) in properties)
        {
            body[key] = value;
        }

        var id = (await SendAsync(HttpMethod.Post, "/image/v2/images", JsonContent.Create(body)))["id"]!.ToString();
        var content = new ByteArrayContent(archive);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        await SendAsync(HttpMethod.Put, $"/image/v2/images/{id}/file", content);
        return id;
    }

    public async Task<string> ImageAsync(string name) => (await SendAsync(HttpMethod.Get, $"/image/v2/images?name={Uri.EscapeDataString(name)}"))["images"]![0]!["id"]!.ToString();

    /// <summary>Asks Nova for an instance and does not wait for it.</summary>
    public async Task<string> BootAsync(string name, string imageId, params (string Key, string Value)[] metadata)
    {
        var flavors = (await SendAsync(HttpMethod.Get, "/compute/v2.1/flavors"))["flavors"]!.AsArray();
        var server = new JsonObject
        {
            ["name"] = name,
            ["imageRef"] = imageId,
            ["flavorRef"] = flavors.Single(f => f!["name"]!.ToString() == "m1.tiny")!["id"]!.ToString(),
            ["networks"] = "auto",
            ["metadata"] = new JsonObject(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
        };
        return (await SendAsync(HttpMethod.Post, "/compute/v2.1/servers", JsonContent.Create(new JsonObject { ["server"] = server })))["server"]!["id"]!.ToString();
    }

    public Task DeleteServerAsync(string id) => SendAsync(HttpMethod.Delete, $"/compute/v2.1/servers/{id}");

    /// <summary>Names of the servers that this person's project has.</summary>
    public async Task<IReadOnlyList<string>> ServersAsync() => [.. (await SendAsync(HttpMethod.Get, "/compute/v2.1/servers"))["servers"]!.AsArray().Select(s => s!["name"]!.ToString())];

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)! : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
