using DriverHost.Client;
using DriverHost.Tests.StandIns;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TestKit;

namespace DriverHost.Tests;

/// <summary>The real driver host on a socket in its data folder. Disposing stops it as Ctrl-C does: its containers stay.</summary>
internal sealed class RunningDriverHost : IAsyncDisposable
{
    /// <summary>How long a test waits for anything.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly CloudStandIn _cloud;

    private RunningDriverHost(WebApplication app, string dataPath, CloudStandIn cloud, KeptLog log)
    {
        _app = app;
        _cloud = cloud;
        DataPath = dataPath;
        Log = log;
        Http = DriverHostClient.CreateHttp(new Uri($"unix://{SocketOf(dataPath)}"));
        var service = cloud.Keystone.Issue("service-project", ["service"]);
        Operator = As(service);
    }

    public string DataPath { get; }
    public KeptLog Log { get; }
    public HttpClient Http { get; }
    public IServiceProvider Services => _app.Services;

    /// <summary>The cloud's own service user, as Nova is.</summary>
    public DriverHostClient Operator { get; }

    public static async Task<RunningDriverHost> StartAsync(string dataPath, CloudStandIn cloud, Action<WebApplicationBuilder>? configure = null, string engine = "/var/run/docker.sock", string? listen = null)
    {
        var log = new KeptLog();
        Directory.CreateDirectory(dataPath);
        var password = Path.Combine(dataPath, "password");
        await File.WriteAllTextAsync(password, KeystoneStandIn.Password);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Data:Path"] = dataPath,
            ["DriverHost:Url"] = $"unix://{SocketOf(dataPath)}",
            ["DriverHost:PasswordFile"] = password,
            ["DriverHost:ListenUrl"] = listen,
            ["DriverHost:ComputeHost"] = "compute-1",
            ["Docker:Endpoint"] = $"unix://{engine}",
            ["Keystone:AuthUrl"] = $"{cloud.Url}/identity/v3",
        }).Build();
        var app = DriverHostHosting.Build(configuration, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new RunningDriverHost(app, dataPath, cloud, log);
    }

    public DriverHostClient As(string token) => new(Http, _ => ValueTask.FromResult(token));

    public DriverHostClient As(string? projectId, params string[] roles) => As(_cloud.Keystone.Issue(projectId, roles));

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Waits until the driver host's events say so.</summary>
    public async Task<HostInstance> WaitAsync(string id, Func<HostInstance, bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var happened in Operator.WatchAsync(patience.Token))
        {
            if (happened is { Type: HostEvent.Instance, State: { } state } && state.Id == id && holds(state))
            {
                return state;
            }
        }

        throw new InvalidOperationException("The events ended.");
    }

    /// <summary>Waits until the instance's process has said so.</summary>
    public async Task WaitForLineAsync(string id, string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var record in Operator.LogsAsync(id, new LogQuery { Follow = true }, patience.Token))
        {
            if (record.Text == text)
            {
                return;
            }
        }

        throw new InvalidOperationException($"It ended before it said '{text}'.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Removes from the engine whatever the driver host of this data folder has made, images included.</summary>
    public static async Task RemoveAllAsync(string dataPath)
    {
        await Engine.RemoveContainersAsync(dataPath);
        var host = (await File.ReadAllTextAsync(Path.Combine(dataPath, "host-id"))).Trim();
        var database = Path.Combine(dataPath, "driver-host.db");
        var references = (await Engine.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}")).Split('\n');
        var loaded = await LedgerReader.LoadedReferencesAsync(database);
        foreach (var reference in references.Where(r => loaded.Contains(r) || r.StartsWith($"os-snapshot/{host}:", StringComparison.Ordinal)))
        {
            await Command.RunAsync("docker", "rmi", "-f", reference);
        }
    }

    private static string SocketOf(string dataPath) => Path.Combine(dataPath, "driver-host.sock");
}
