using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Glance;

/// <summary>What many Glance tests do, in one line.</summary>
internal static class Images
{
    public const string Path = "/image/v2/images";

    /// <summary>Makes a docker image record; returns its id.</summary>
    public static async Task<string> CreateAsync(this HttpClient client, string name = "image", JsonObject? more = null)
    {
        var body = more ?? [];
        body["name"] = name;
        body["container_format"] ??= "docker";
        body["disk_format"] ??= "raw";
        return (await client.PostAsync(Path, body)).Expect(HttpStatusCode.Created).TextAt("id")!;
    }

    /// <summary>Makes an image with those bytes; returns its id.</summary>
    public static async Task<string> CreateActiveAsync(this HttpClient client, string name = "image", JsonObject? more = null, string bytes = "bytes")
    {
        var id = await client.CreateAsync(name, more);
        Assert.Equal(HttpStatusCode.NoContent, await client.UploadAsync(id, Encoding.UTF8.GetBytes(bytes)));
        return id;
    }

    public static Task<HttpStatusCode> UploadAsync(this HttpClient client, string id, byte[] bytes) => client.UploadAsync(id, new ByteArrayContent(bytes));

    public static async Task<HttpStatusCode> UploadAsync(this HttpClient client, string id, HttpContent content, string mediaType = "application/octet-stream")
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using var answer = await client.PutAsync(new Uri($"{Path}/{id}/file", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public static async Task<byte[]> DownloadAsync(this HttpClient client, string id) =>
        await client.GetByteArrayAsync(new Uri($"{Path}/{id}/file", UriKind.Relative), TestContext.Current.CancellationToken);

    public static Task<Answer> ShowImageAsync(this HttpClient client, string id) => client.ReadAsync($"{Path}/{id}");

    public static async Task<string?> StatusAsync(this HttpClient client, string id) => (await client.ShowImageAsync(id)).Expect(HttpStatusCode.OK).TextAt("status");

    /// <summary>One operation of a JSON patch.</summary>
    public static JsonObject Operation(string op, string name, JsonNode? value = null)
    {
        var operation = new JsonObject { ["op"] = op, ["path"] = $"/{name}" };
        if (op != "remove")
        {
            operation["value"] = value;
        }

        return operation;
    }

    public static async Task<Answer> ChangeAsync(this HttpClient client, string id, params JsonNode[] operations)
    {
        using var content = new StringContent(new JsonArray(operations).ToJsonString(), Encoding.UTF8, "application/openstack-images-v2.1-json-patch");
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri($"{Path}/{id}", UriKind.Relative)) { Content = content };
        return await client.AskAsync(request);
    }

    public static async Task<Answer> SetAsync(this HttpClient client, string id, string name, string value) => await client.ChangeAsync(id, Operation("add", name, value));
}
