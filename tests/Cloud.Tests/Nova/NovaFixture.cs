using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Cloud.Nova.Drivers;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Tests.Nova;

/// <summary>The cloud with a compute host that obeys the test, and a public image that boots.</summary>
public sealed class NovaFixture : CloudFixture
{
    /// <summary>The one limit of everything that is waited for.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly CommitSignal _commits = new();
    private readonly ConcurrentDictionary<(string User, string? Project), string> _tokens = new();

    internal TestComputeDriver Driver { get; } = new();

    /// <summary>A public, approved docker image.</summary>
    public string ImageId { get; private set; } = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (ImageId.Length == 0)
        {
            using var admin = await AdminAsync();
            ImageId = await UploadAsync(admin, new JsonObject { ["visibility"] = "public" });
        }
    }

    /// <summary>Checking a password is slow on purpose: each user signs in once.</summary>
    public override async Task<HttpClient> SignInAsync(string user, string password, string? project)
    {
        var key = (user, project);
        if (!_tokens.TryGetValue(key, out var token))
        {
            _tokens[key] = token = await TokenAsync(user, password, project);
        }

        return Bearing(token);
    }

    /// <summary>Uploads a few bytes as a docker image; by an administrator it is approved at once.</summary>
    public static async Task<string> UploadAsync(HttpClient client, JsonObject? more = null)
    {
        var image = new JsonObject { ["name"] = $"image-{Guid.NewGuid():n}"[..14], ["container_format"] = "docker", ["disk_format"] = "raw" };
        foreach (var (name, value) in more ?? [])
        {
            image[name] = value?.DeepClone();
        }

        var id = (await client.PostAsync("/image/v2/images", image)).Expect(HttpStatusCode.Created).TextAt("id")!;
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentType = new("application/octet-stream");
        using var answer = await client.PutAsync(new Uri($"/image/v2/images/{id}/file", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return id;
    }

    /// <summary>Waits until that holds. It is looked at again whenever the cloud has written something.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            var next = _commits.Next;
            if (await holds())
            {
                return;
            }

            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Waited {Limit.TotalSeconds:0} s in vain: {what}.");
            }
        }
    }

    /// <summary>The server once it has that status and nothing runs on it any more.</summary>
    public async Task<Answer> ReachAsync(HttpClient client, string id, string status)
    {
        var seen = default(Answer);
        await UntilAsync($"server {id} becomes {status}", async () =>
        {
            seen = await client.ShowAsync(id);
            return seen.TextAt("server", "status") == status && seen.TextAt("server", "OS-EXT-STS:task_state") is null;
        });
        return seen!;
    }

    /// <summary>Waits until the server is no more.</summary>
    public Task GoneAsync(HttpClient client, string id) =>
        UntilAsync($"server {id} goes", async () => (await client.ReadAsync($"/compute/v2.1/servers/{id}")).Status == HttpStatusCode.NotFound);

    /// <summary>A server that runs.</summary>
    public async Task<string> LaunchAsync(HttpClient client, JsonObject? more = null)
    {
        var id = (await client.CreateServerAsync(ImageId, more)).Expect(HttpStatusCode.Accepted).TextAt("server", "id")!;
        await ReachAsync(client, id, "ACTIVE");
        return id;
    }

    protected override void ConfigureCloud(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IComputeDriver>(Driver);
        builder.Services.ConfigureDbContext<CloudDb>(db => db.AddInterceptors(_commits));
    }
}

/// <summary>Calls to Nova, by default at the newest microversion.</summary>
internal static class NovaCalls
{
    public const string Newest = "2.93";

    public static (string, string) Version(string version) => ("OpenStack-API-Version", $"compute {version}");

    public static Task<Answer> NovaAsync(this HttpClient client, string method, string path, JsonNode? body = null, string version = Newest) =>
        client.CallAsync(method, $"/compute/v2.1{path}", body, Version(version));

    public static Task<Answer> ShowAsync(this HttpClient client, string id, string version = Newest) => client.NovaAsync("GET", $"/servers/{id}", version: version);

    public static Task<Answer> ActAsync(this HttpClient client, string id, string action, JsonNode? value = null, string version = Newest) =>
        client.NovaAsync("POST", $"/servers/{id}/action", new JsonObject { [action] = value }, version);

    /// <summary>Launches m1.tiny with no network; more members replace these.</summary>
    public static Task<Answer> CreateServerAsync(this HttpClient client, string image, JsonObject? more = null, string version = Newest)
    {
        var server = new JsonObject { ["name"] = "vm", ["imageRef"] = image, ["flavorRef"] = "1", ["networks"] = "none" };
        foreach (var (name, value) in more ?? [])
        {
            server[name] = value?.DeepClone();
        }

        return client.NovaAsync("POST", "/servers", new JsonObject { ["server"] = server }, version);
    }

    /// <summary>What the list of actions tells, newest first: the action and its message.</summary>
    public static async Task<IReadOnlyList<(string Action, string? Message)>> ActionsAsync(this HttpClient client, string id)
    {
        var answer = (await client.NovaAsync("GET", $"/servers/{id}/os-instance-actions")).Expect(HttpStatusCode.OK);
        return [.. answer.At("instanceActions").EnumerateArray().Select(a => (a.GetProperty("action").GetString()!, a.GetProperty("message").GetString()))];
    }
}
