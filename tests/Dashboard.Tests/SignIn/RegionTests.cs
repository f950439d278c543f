using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dashboard.SignIn;
using Microsoft.Extensions.DependencyInjection;
using TestKit;

namespace Dashboard.Tests.SignIn;

/// <summary>A cloud of several regions, of which no setting names one.</summary>
public sealed class RegionTests : IAsyncLifetime
{
    private DashboardFixture _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        _dashboard = await DashboardFixture.StartAsync(settings: new Dictionary<string, string?> { ["Keystone:Region"] = "" });
        using var admin = await KeystoneUser.AdminAsync(_dashboard.CloudUrl, _dashboard.Secret("admin"));
        await PostAsync("regions", new JsonObject { ["region"] = new JsonObject { ["id"] = "North" } });
        var services = (await admin.GetFromJsonAsync<JsonObject>("services"))!["services"]!.AsArray();
        foreach (var type in new[] { "compute", "image" })
        {
            var endpoint = new JsonObject
            {
                ["service_id"] = services.Single(s => s!["type"]!.ToString() == type)!["id"]!.ToString(),
                ["interface"] = "public",
                ["region_id"] = "North",
                ["url"] = $"http://{type}.north.test",
            };
            await PostAsync("endpoints", new JsonObject { ["endpoint"] = endpoint });
        }

        async Task PostAsync(string path, JsonObject body) => (await admin.PostAsJsonAsync(path, body)).EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task SignIn_NothingChosenYet_IsInTheFirstRegion()
    {
        using var visitor = await _dashboard.SignedInAsync();

        Assert.Equal(("North", "http://compute.north.test/v2.1"), await WhereAsync(visitor));
    }

    [Fact]
    public async Task SwitchRegion_KeepsItOverTheNextSignIn()
    {
        using var visitor = await _dashboard.SignedInAsync();

        using var answer = await visitor.SendAsync("/region", await visitor.OpenAsync("/"), ("region", "RegionOne"), ("returnUrl", "/images"));
        var (region, nova) = await WhereAsync(visitor);
        using var left = await visitor.SendAsync("/sign-out", await visitor.OpenAsync("/"));
        using var again = await visitor.SignInAsync("demo", _dashboard.Secret("demo"));

        Assert.Equal("/images", answer.Headers.Location?.ToString());
        Assert.Equal(("RegionOne", new Uri(_dashboard.CloudUrl, "/compute/v2.1").ToString()), (region, nova));
        Assert.Equal("RegionOne", (await WhereAsync(visitor)).Region);
    }

    [Fact]
    public async Task SwitchRegion_ToOneThatIsNotThere_StaysInTheFirst()
    {
        using var visitor = await _dashboard.SignedInAsync();

        using var answer = await visitor.SendAsync("/region", await visitor.OpenAsync("/"), ("region", "South"));

        Assert.Equal("North", (await WhereAsync(visitor)).Region);
    }

    private async Task<(string? Region, string? Nova)> WhereAsync(Visitor visitor)
    {
        var signed = await _dashboard.SessionOfAsync(visitor);
        await using var circuit = _dashboard.Services.CreateAsyncScope();
        var session = circuit.ServiceProvider.GetRequiredService<DashboardSession>();
        session.Open(signed);
        return (session.Region, session.OpenStack.Endpoint("compute")?.ToString());
    }
}
