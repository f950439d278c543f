using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TestKit;

namespace Cloud.Tests;

/// <summary>
/// The whole cloud on a free loopback port with a data folder of its own, called over HTTP as a client would.
/// As a class fixture it has the real clock; <see cref="StartAsync"/> makes one with another clock or other parts.
/// </summary>
public class CloudFixture : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Task<string>> _known = new();
    private WebApplication? _app;

    public Uri Url { get; } = new($"http://127.0.0.1:{ProductProcess.FreePort()}");
    public string DataPath { get; } = Directory.CreateTempSubdirectory("cloud-").FullName;

    /// <summary>The cloud's clock; null is the system's.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Replaces what the test must, for example the compute driver.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }

    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>The cloud's own parts, for what no client can see.</summary>
    public IServiceProvider Services => _app!.Services;

    public static async Task<CloudFixture> StartAsync(TimeProvider? clock = null, Action<WebApplicationBuilder>? configure = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var cloud = new CloudFixture { Clock = clock, Configure = configure, Settings = settings ?? new Dictionary<string, string?>() };
        await cloud.InitializeAsync();
        return cloud;
    }

    public virtual async ValueTask InitializeAsync()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cloud:Url"] = Url.ToString().TrimEnd('/'),
            ["Data:Path"] = DataPath,
            ["DriverHost:Url"] = $"unix://{Path.Combine(DataPath, "driver-host.sock")}",
        }).AddInMemoryCollection(Settings).Build();
        _app = CloudHosting.Build(configuration, builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            if (Clock is not null)
            {
                builder.Services.AddSingleton(Clock);
            }

            ConfigureCloud(builder);
            Configure?.Invoke(builder);
        });
        await _app.StartAsync();
    }

    /// <summary>Stops the cloud and starts it again on the same data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await InitializeAsync();
    }

    /// <summary>A client without a token.</summary>
    public HttpClient Anonymous() => new() { BaseAddress = Url };

    public async Task<HttpClient> AdminAsync() => Bearing(await KnownTokenAsync("admin"));
    public async Task<HttpClient> DemoAsync() => Bearing(await KnownTokenAsync("demo"));

    /// <summary>One of the cloud's own service users: <c>nova</c> or <c>driver-host</c>.</summary>
    public Task<HttpClient> ServiceAsync(string name) => SignInAsync(name, Secret(name), "service");

    /// <summary>A client that bears a token of that user on that project; null leaves the token unscoped.</summary>
    public virtual async Task<HttpClient> SignInAsync(string user, string password, string? project) => Bearing(await TokenAsync(user, password, project));

    public HttpClient Bearing(string token)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Add("X-Auth-Token", token);
        return client;
    }

    public async Task<string> TokenAsync(string user, string password, string? project)
    {
        using var client = Anonymous();
        var answer = await client.PostAsync("/identity/v3/auth/tokens", PasswordAuth(user, password, project));
        return answer.Expect(HttpStatusCode.Created).Headers.GetValues("X-Subject-Token").Single();
    }

    /// <summary>The body of <c>POST /v3/auth/tokens</c>, all in the domain Default.</summary>
    public static JsonObject PasswordAuth(string user, string password, string? project) => new()
    {
        ["auth"] = new JsonObject
        {
            ["identity"] = new JsonObject
            {
                ["methods"] = new JsonArray("password"),
                ["password"] = new JsonObject { ["user"] = new JsonObject { ["name"] = user, ["password"] = password, ["domain"] = new JsonObject { ["id"] = "default" } } },
            },
            ["scope"] = project is null ? "unscoped" : new JsonObject { ["project"] = new JsonObject { ["name"] = project, ["domain"] = new JsonObject { ["id"] = "default" } } },
        },
    };

    /// <summary>Makes a project and a user with that role on it; returns their ids and a client of that user.</summary>
    public async Task<Tenant> NewTenantAsync(string role = "member")
    {
        using var admin = await AdminAsync();
        var name = $"t-{Guid.NewGuid():n}"[..14];
        var project = await CreateAsync(admin, "project", new JsonObject { ["name"] = name });
        var user = await CreateAsync(admin, "user", new JsonObject { ["name"] = name, ["password"] = "correct horse" });
        var roles = await admin.ReadAsync($"/identity/v3/roles?name={role}");
        (await admin.PutAsync($"/identity/v3/projects/{project}/users/{user}/roles/{roles.TextAt("roles", "0", "id")}")).Expect(HttpStatusCode.NoContent);
        return new Tenant(project, user, name, "correct horse", await SignInAsync(name, "correct horse", name));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        Directory.Delete(DataPath, recursive: true);
    }

    /// <summary>A generated password from the data folder.</summary>
    public string Secret(string user) => File.ReadAllText(Path.Combine(DataPath, "secrets", $"{user}.password")).Trim();

    /// <summary>What a derived fixture replaces for all its tests.</summary>
    protected virtual void ConfigureCloud(WebApplicationBuilder builder)
    {
    }

    /// <summary>Makes one of Keystone's resources, for example a <c>project</c>; returns its id.</summary>
    public static async Task<string> CreateAsync(HttpClient admin, string name, JsonObject body) =>
        (await admin.PostAsync($"/identity/v3/{name}s", new JsonObject { [name] = body })).Expect(HttpStatusCode.Created).TextAt(name, "id")!;

    // Checking a password is slow on purpose: one sign-in does for all tests of a fixture whose clock does not jump.
    private Task<string> KnownTokenAsync(string user) =>
        Clock is null ? _known.GetOrAdd(user, name => TokenAsync(name, Secret(name), name)) : TokenAsync(user, Secret(user), user);

    /// <summary>Stops it for good, or until <see cref="InitializeAsync"/>; its data stays.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}

/// <param name="Name">The name of both the project and its user.</param>
/// <param name="Client">Bears a token of the user on the project.</param>
public sealed record Tenant(string ProjectId, string UserId, string Name, string Password, HttpClient Client);
