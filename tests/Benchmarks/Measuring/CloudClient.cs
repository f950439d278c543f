using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestKit;

namespace Benchmarks.Measuring;

/// <summary>A product of its own on the real engine, and a client with the administrator's token.</summary>
internal sealed class CloudClient : IAsyncDisposable
{
    private readonly HttpClient _http;

    private CloudClient(ProductProcess product, HttpClient http)
    {
        Product = product;
        _http = http;
    }

    public ProductProcess Product { get; }

    public static async Task<CloudClient> StartAsync() => await SignInAsync(await ProductProcess.StartNewAsync());

    /// <param name="product">A running one; disposed with the client.</param>
    public static async Task<CloudClient> SignInAsync(ProductProcess product)
    {
        var http = new HttpClient { BaseAddress = product.CloudUrl, Timeout = TimeSpan.FromMinutes(10) };
        var user = new JsonObject { ["name"] = "admin", ["domain"] = new JsonObject { ["name"] = "Default" }, ["password"] = product.AdminPassword };
        var auth = new JsonObject
        {
            ["identity"] = new JsonObject { ["methods"] = new JsonArray("password"), ["password"] = new JsonObject { ["user"] = user } },
            ["scope"] = new JsonObject { ["project"] = new JsonObject { ["name"] = "admin", ["domain"] = new JsonObject { ["name"] = "Default" } } },
        };
        using var answer = await http.PostAsJsonAsync("identity/v3/auth/tokens", new JsonObject { ["auth"] = auth });
        answer.EnsureSuccessStatusCode();
        http.DefaultRequestHeaders.Add("X-Auth-Token", answer.Headers.GetValues("X-Subject-Token"));
        http.DefaultRequestHeaders.Add("X-OpenStack-Nova-API-Version", "2.93");
        return new CloudClient(product, http);
    }

    /// <summary>Makes an image record, and fills it when there are bytes; returns its id.</summary>
    public async Task<string> CreateImageAsync(string name, Stream? data)
    {
        var image = await SendAsync(HttpMethod.Post, "image/v2/images", new JsonObject { ["name"] = name, ["container_format"] = "docker", ["disk_format"] = "raw" });
        var id = image["id"]!.GetValue<string>();
        if (data is not null)
        {
            await UploadAsync(id, data);
        }

        return id;
    }

    public async Task UploadAsync(string imageId, Stream data)
    {
        using var content = new StreamContent(data, 256 * 1024) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var answer = await _http.PutAsync($"image/v2/images/{imageId}/file", content);
        answer.EnsureSuccessStatusCode();
    }

    public Task DeleteImageAsync(string imageId) => SendAsync(HttpMethod.Delete, $"image/v2/images/{imageId}", null);

    /// <summary>Starts a boot; returns the server's id.</summary>
    public async Task<string> BootAsync(string name, string imageId, string flavor = "1", string networks = "auto")
    {
        var server = new JsonObject { ["name"] = name, ["imageRef"] = imageId, ["flavorRef"] = flavor, ["networks"] = networks };
        return (await SendAsync(HttpMethod.Post, "compute/v2.1/servers", new JsonObject { ["server"] = server }))["server"]!["id"]!.GetValue<string>();
    }

    /// <summary>Boots more of the same; returns their ids when all run.</summary>
    /// <param name="atOnce">How many boots run at a time.</param>
    /// <param name="networks">As Nova takes it: auto or none.</param>
    public async Task<IReadOnlyList<string>> BootLikeAsync(string serverId, int count, int atOnce, string networks = "auto")
    {
        var server = (await SendAsync(HttpMethod.Get, $"compute/v2.1/servers/{serverId}", null))["server"]!;
        var image = server["image"]!["id"]!.GetValue<string>();
        var ids = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) =>
        {
            ids[i] = await BootAsync($"like-{i}", image, networks: networks);
            await UntilServerAsync(ids[i], "ACTIVE");
        });
        return ids;
    }

    /// <summary>The administrator's project may have as many instances as the machine takes.</summary>
    public async Task LiftQuotaAsync()
    {
        var project = (await SendAsync(HttpMethod.Get, "identity/v3/auth/projects", null))["projects"]!.AsArray().Single(p => p!["name"]!.GetValue<string>() == "admin")!["id"]!.GetValue<string>();
        await SendAsync(HttpMethod.Put, $"compute/v2.1/os-quota-sets/{project}", new JsonObject { ["quota_set"] = new JsonObject { ["instances"] = -1, ["cores"] = -1, ["ram"] = -1 } });
    }

    public Task UntilServerAsync(string id, params string[] wanted) => UntilAsync($"compute/v2.1/servers/{id}", answer => answer["server"]!["status"]!.GetValue<string>(), wanted);

    public Task UntilImageAsync(string id, params string[] wanted) => UntilAsync($"image/v2/images/{id}", answer => answer["status"]!.GetValue<string>(), wanted);

    /// <summary>Deletes it and waits until it is gone: what is measured next should not share the engine with it.</summary>
    public async Task DeleteServerAsync(string id)
    {
        await SendAsync(HttpMethod.Delete, $"compute/v2.1/servers/{id}", null);
        while ((await _http.GetAsync($"compute/v2.1/servers/{id}")).StatusCode != HttpStatusCode.NotFound)
        {
            await Task.Delay(Poll);
        }
    }

    /// <summary>Starts a snapshot; returns the id of its image.</summary>
    public async Task<string> SnapshotAsync(string serverId, string name) =>
        (await SendAsync(HttpMethod.Post, $"compute/v2.1/servers/{serverId}/action", new JsonObject { ["createImage"] = new JsonObject { ["name"] = name } }))["image_id"]!.GetValue<string>();

    public async Task<byte[]> GetBytesAsync(string path) => await _http.GetByteArrayAsync(path);

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
    }

    private async Task UntilAsync(string path, Func<JsonNode, string> status, string[] wanted)
    {
        for (var deadline = TimeSpan.FromMinutes(5); deadline > TimeSpan.Zero; deadline -= Poll)
        {
            var now = status(await SendAsync(HttpMethod.Get, path, null));
            if (wanted.Contains(now, StringComparer.OrdinalIgnoreCase))
            {
                return;
            }

            if (now is "ERROR" or "killed")
            {
                throw new InvalidOperationException($"{path} is {now}: {await SendAsync(HttpMethod.Get, path, null)}");
            }

            await Task.Delay(Poll);
        }

        throw new TimeoutException($"{path} did not become {string.Join(" or ", wanted)}.");
    }

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Product.DisposeAsync();
    }
}
