using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TestKit;

namespace EndToEnd.Product;

/// <summary>A product of its own: it is killed.</summary>
public sealed class KillTests
{
    private const int Boots = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Killed_in_the_middle_of_20_concurrent_boots_nothing_leaks()
    {
        await using var product = await ProductProcess.StartNewAsync();
        using var nova = await NovaAsync(product);
        var image = await ImageAsync(product, nova);
        var accepted = (await Task.WhenAll(Enumerable.Range(0, Boots).Select(n => BootAsync(nova, image, $"boot-{n}")))).ToHashSet();

        // In the middle: one runs, and the others do not all.
        await UntilAsync(product, nova, servers => servers.Values.Any(status => status == "ACTIVE"));
        await product.KillAsync();
        await product.StartAsync();
        using var again = await NovaAsync(product);
        var settled = await UntilAsync(product, again, servers => servers.Values.All(status => status is "ACTIVE" or "ERROR"));
        var containers = await Engine.ContainersAsync(product.DataPath);

        Assert.Equal(accepted, settled.Keys.ToHashSet());
        Assert.Equal(
            settled.Where(s => s.Value == "ACTIVE").Select(s => s.Key).Order(),
            containers.Select(name => settled.Keys.Single(id => name.Contains(id, StringComparison.Ordinal))).Order());

        foreach (var id in settled.Keys)
        {
            using var deleted = await again.DeleteAsync(new Uri($"servers/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        await UntilAsync(product, again, servers => servers.Count == 0);
        Assert.Empty(await Engine.ContainersAsync(product.DataPath));
        Assert.Empty(await OwnedNetworksAsync(product));
        Assert.Empty(await OwnedTagsAsync(product));
    }

    /// <summary>Each server's status, once that holds of all of them.</summary>
    private static async Task<Dictionary<string, string>> UntilAsync(ProductProcess product, HttpClient nova, Func<Dictionary<string, string>, bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var looking = new PeriodicTimer(LookEvery);
        var seen = new Dictionary<string, string>();
        try
        {
            do
            {
                var list = await nova.GetFromJsonAsync<JsonElement>("servers/detail", limit.Token);
                seen = list.GetProperty("servers").EnumerateArray().ToDictionary(s => s.GetProperty("id").GetString()!, s => s.GetProperty("status").GetString()!);
                if (holds(seen))
                {
                    return seen;
                }
            }
            while (await looking.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Waited {Limit.TotalMinutes:0} min in vain. Servers: {string.Join(", ", seen.Values)}.\n{product.Output}");
        }

        return seen;
    }

    private static async Task<string> BootAsync(HttpClient nova, string image, string name)
    {
        var server = new { name, imageRef = image, flavorRef = "1", networks = "auto" };
        using var answer = await nova.PostAsJsonAsync("servers", new { server }, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, body);
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("server").GetProperty("id").GetString()!;
    }

    private static async Task<string> ImageAsync(ProductProcess product, HttpClient nova)
    {
        var list = await nova.GetFromJsonAsync<JsonElement>(new Uri(product.CloudUrl, "image/v2/images?name=busybox"), TestContext.Current.CancellationToken);
        return list.GetProperty("images")[0].GetProperty("id").GetString()!;
    }

    private static async Task<HttpClient> NovaAsync(ProductProcess product)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var client = new HttpClient { BaseAddress = new Uri(product.CloudUrl, "compute/v2.1/") };
        var domain = new { name = "Default" };
        var auth = new
        {
            identity = new { methods = new[] { "password" }, password = new { user = new { name = "demo", password = product.DemoPassword, domain } } },
            scope = new { project = new { name = "demo", domain } },
        };
        using var answer = await client.PostAsJsonAsync(new Uri(product.CloudUrl, "identity/v3/auth/tokens"), new { auth }, cancellationToken);
        client.DefaultRequestHeaders.Add("X-Auth-Token", answer.EnsureSuccessStatusCode().Headers.GetValues("X-Subject-Token").Single());
        client.DefaultRequestHeaders.Add("OpenStack-API-Version", "compute 2.93");
        return client;
    }

    private static async Task<string[]> OwnedNetworksAsync(ProductProcess product) =>
        Lines(await Engine.DockerAsync("network", "ls", "-q", "--filter", $"label=openstack.owner={await OwnerAsync(product)}"));

    // Tags of snapshots and trials bear the owner. That of a loaded image bears the image's id and stays: the next boot needs it.
    private static async Task<string[]> OwnedTagsAsync(ProductProcess product)
    {
        var owner = await OwnerAsync(product);
        return [.. Lines(await Engine.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}")).Where(tag => tag.Contains(owner, StringComparison.Ordinal))];
    }

    private static async Task<string> OwnerAsync(ProductProcess product) => (await File.ReadAllTextAsync(Path.Combine(product.DataPath, "host-id"), TestContext.Current.CancellationToken)).Trim();

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
