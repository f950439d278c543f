using System.Net;
using Cloud;
using Dashboard.Hosting;
using Dashboard.Hosts;
using Dashboard.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace Dashboard.Tests;

/// <summary>The dashboard as it is, on a free port, before the embedded cloud as it is; only the driver host is one that knows no instance. Both have the clock of the test.</summary>
public class DashboardFixture : IAsyncLifetime
{
    private WebApplication? _cloud;
    private WebApplication? _dashboard;

    public Uri CloudUrl { get; } = new($"http://127.0.0.1:{ProductProcess.FreePort()}");
    public Uri Url { get; } = new($"http://127.0.0.1:{ProductProcess.FreePort()}");
    public string DataPath { get; } = Directory.CreateTempSubdirectory("dashboard-").FullName;

    /// <summary>Null: the system's clock.</summary>
    public FakeTimeProvider? Clock { get; init; }

    /// <summary>Everything that the dashboard logged, all levels.</summary>
    internal TestLog Log { get; } = new();

    /// <summary>The driver host's answers to this dashboard.</summary>
    internal TestDriverHost DriverHost { get; } = new();

    internal IServiceProvider Services => _dashboard!.Services;

    /// <summary>Beyond what the fixture sets itself.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public static async Task<DashboardFixture> StartAsync(FakeTimeProvider? clock = null, Dictionary<string, string?>? settings = null)
    {
        var fixture = new DashboardFixture { Clock = clock, Settings = settings ?? [] };
        await fixture.InitializeAsync();
        return fixture;
    }

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Data:Path"] = DataPath,
            ["Cloud:Url"] = CloudUrl.ToString().TrimEnd('/'),
            ["Cloud:Region"] = "RegionOne",
            ["Dashboard:Url"] = Url.ToString().TrimEnd('/'),
            ["Keystone:AuthUrl"] = new Uri(CloudUrl, "/identity/v3").ToString(),
            ["DriverHost:Url"] = $"unix://{Path.Combine(DataPath, "driver-host.sock")}",
        };
        // A host writes its addresses into the configuration it was given: each gets its own.
        IConfiguration Copy() => new ConfigurationBuilder().AddInMemoryCollection(settings).AddInMemoryCollection(Settings).Build();
        _cloud = CloudHosting.Build(Copy(), builder =>
        {
            builder.Logging.ClearProviders();
            UseClock(builder.Services);
        });
        _dashboard = DashboardHosting.Build(Copy(), builder =>
        {
            builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
            UseClock(builder.Services);
            builder.Services.AddSingleton(_ => new CloudConnections(new SocketsHttpHandler { UseCookies = false }, new Uri(settings["Keystone:AuthUrl"]!), Settings.GetValueOrDefault("Keystone:Region", "RegionOne")));
            var driverHost = new Uri("http://driver-host.test");
            builder.Services.AddSingleton<IReadOnlyList<KnownHost>>([new KnownHost("compute-1", driverHost, new HttpClient(DriverHost) { BaseAddress = driverHost })]);
        });
        await _cloud.StartAsync();
        await _dashboard.StartAsync();
    }

    /// <summary>A person with a browser of their own, signed in to nothing.</summary>
    internal Visitor Visit() => new(Url);

    internal async Task<Visitor> SignedInAsync(string user = "demo") => await SignedInAsync(user, Secret(user));

    internal async Task<Visitor> SignedInAsync(string user, string password)
    {
        var visitor = Visit();
        using var answer = await visitor.SignInAsync(user, password);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return visitor;
    }

    /// <summary>What the cookie of a signed-in visitor leads to on the server.</summary>
    internal async Task<SignedInSession> SessionOfAsync(Visitor visitor) => (await Services.GetRequiredService<SessionStore>().FindAsync(visitor.SessionId(Services)))!;

    /// <summary>A user of the cloud who is made for one test.</summary>
    internal async Task<KeystoneUser> NewUserAsync(string? role = "member", string? project = null) => await KeystoneUser.CreateAsync(CloudUrl, Secret("admin"), role, project);

    /// <summary>As if the time for changing the password had passed. Keystone has no call for it.</summary>
    public async Task ExpirePasswordAsync(string userId)
    {
        await using var db = new SqliteConnection($"Data Source={Path.Combine(DataPath, "cloud.db")}");
        await db.OpenAsync();
        await using var command = db.CreateCommand();
        command.CommandText = "UPDATE users SET PasswordExpiresAt = '2020-01-01 00:00:00' WHERE Id = $id";
        command.Parameters.AddWithValue("$id", userId);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    public async Task StopCloudAsync()
    {
        await _cloud!.StopAsync();
        await _cloud.DisposeAsync();
        _cloud = null;
    }

    public string Secret(string user) => File.ReadAllText(Path.Combine(DataPath, "secrets", $"{user}.password")).Trim();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var room in new[] { _dashboard, _cloud }.OfType<WebApplication>())
        {
            await room.StopAsync();
            await room.DisposeAsync();
        }

        Directory.Delete(DataPath, recursive: true);
    }

    private void UseClock(IServiceCollection services)
    {
        if (Clock is not null)
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        }
    }
}
