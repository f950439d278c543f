using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenStack.Glance;

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

    /// <summary>The images of that name which this person sees.</summary>
    public async Task<IReadOnlyList<(string Id, string Status)>> ImagesAsync(string name) =>
        [.. (await SendAsync(HttpMethod.Get, $"/image/v2/images?name={Uri.EscapeDataString(name)}"))["images"]!.AsArray().Select(i => (i!["id"]!.ToString(), i["status"]!.ToString()))];

    /// <summary>Waits until no image of that name is there.</summary>
    public Task GoneAsync(string name) => Patience.UntilAsync(async () => (await ImagesAsync(name)).Count == 0);

    public Task DeleteImageAsync(string id) => SendAsync(HttpMethod.Delete, $"/image/v2/images/{id}");

    /// <summary>An administrator's word on the bytes that the image has now.</summary>
    public async Task ApproveAsync(string id)
    {
        var sha512 = (await SendAsync(HttpMethod.Get, $"/image/v2/images/{id}"))["os_hash_value"]!.ToString();
        var patch = new JsonArray(Set(Approval.State, Approval.Approved), Set(Approval.Sha512, sha512));
        await SendAsync(HttpMethod.Patch, $"/image/v2/images/{id}", JsonContent.Create(patch, new MediaTypeHeaderValue("application/openstack-images-v2.1-json-patch")));

        static JsonObject Set(string name, string value) => new() { ["op"] = "add", ["path"] = $"/{name}", ["value"] = value };
    }

    /// <summary>The status of a server as soon as it is built, or failed to be.</summary>
    public async Task<string> BuiltAsync(string id)
    {
        var status = "";
        await Patience.UntilAsync(async () => (status = (await SendAsync(HttpMethod.Get, $"/compute/v2.1/servers/{id}"))["server"]!["status"]!.ToString()) != "BUILD");
        return status;
    }

    /// <summary>An administrator sets how many instances a project may have.</summary>
    public Task LimitInstancesAsync(string projectId, int instances) =>
        SendAsync(HttpMethod.Put, $"/compute/v2.1/os-quota-sets/{projectId}", JsonContent.Create(new JsonObject { ["quota_set"] = new JsonObject { ["instances"] = instances } }));

    public Task DeleteServerAsync(string id) => SendAsync(HttpMethod.Delete, $"/compute/v2.1/servers/{id}");

    /// <summary>Names of the servers that this person's project has.</summary>
    public async Task<IReadOnlyList<string>> ServersAsync() => [.. (await SendAsync(HttpMethod.Get, "/compute/v2.1/servers"))["servers"]!.AsArray().Select(s => s!["name"]!.ToString())];

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)! : throw new CloudRefusedException(answer.StatusCode, $"{method} {path}", text);
    }
}

/// <summary>What the cloud did not do.</summary>
public sealed class CloudRefusedException(HttpStatusCode status, string call, string body) : Exception($"{call}: {(int)status} {body}")
{
    public HttpStatusCode Status => status;

    /// <summary>Nova's message: <c>{"forbidden": {"code": 403, "message": "…"}}</c>.</summary>
    public string Words => JsonNode.Parse(body)!.AsObject().Single().Value!["message"]!.ToString();
}
