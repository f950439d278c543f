using Cloud;
using Dashboard.Telemetry;
using DriverHost;

namespace Dashboard.Hosting;

/// <summary>The rooms that this process opens, each a web application of its own: they meet over HTTP only.</summary>
internal sealed class Product(IConfiguration configuration) : IAsyncDisposable
{
    private const string Telemetry = "telemetry";
    private readonly List<IHost> _rooms = [];

    /// <returns>The process's exit code: 0 stopped, 1 a room failed, 2 the configuration is wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var check = args.Contains("--check");
        var configuration = ProductSettings.Read([.. args.Where(a => a != "--check")]);
        var problems = ProductSettings.Problems(configuration);
        foreach (var problem in problems)
        {
            await Console.Error.WriteLineAsync($"wrong    {problem}");
        }

        if (problems.Count > 0)
        {
            return 2;
        }

        if (check)
        {
            var results = await MachineCheck.RunAsync(configuration, CancellationToken.None);
            foreach (var result in results)
            {
                Console.WriteLine($"{(result.Good ? "ok" : "wrong"),-8} {result.Words}");
            }

            return results.All(r => r.Good) ? 0 : 2;
        }

        var data = configuration["Data:Path"]!;
        if (MachineCheck.DataFolder(data) is { Good: false } folder)
        {
            await Console.Error.WriteLineAsync($"wrong    {folder.Words}");
            return 2;
        }

        Directory.CreateDirectory(data);
        await using var claim = DataFolderClaim.TryTake(data);
        if (claim is null)
        {
            await Console.Error.WriteLineAsync($"wrong    {MachineCheck.InUse(data)}");
            return 2;
        }

        await using var product = new Product(configuration);
        return await product.RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var roles = ProductSettings.Roles(configuration);
        try
        {
            // First, so that it hears what the others do when they start.
            await OpenAsync([Telemetry]);
            // The driver host after those that people wait for: it asks Keystone before it does anything.
            await OpenAsync(roles.Except(["driver-host"]));
            await OpenAsync(roles.Intersect(["driver-host"]));
        }
        catch (IOException taken)
        {
            await Console.Error.WriteLineAsync($"wrong    {taken.Message} ./run.sh --check says more.");
            return 1;
        }
        catch (InvalidDataException books)
        {
            await Console.Error.WriteLineAsync($"wrong    {books.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (_rooms.Any(room => room.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested))
        {
            // Told to stop while it started.
            return 0;
        }

        Console.WriteLine(ProductGreeting.Words(configuration, roles));
        // Whichever room ends first, by Ctrl-C or by failing, takes the others with it.
        await Task.WhenAny(_rooms.Select(room => room.WaitForShutdownAsync()));
        return _rooms.Any(BrokeDown) ? 1 : 0;
    }

    /// <summary>Whether the room ended because one of its background services failed; the room's log says how.</summary>
    internal static bool BrokeDown(IHost room) => room.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(s => s.ExecuteTask is { IsFaulted: true });

    // Side by side, for a start is work for every core.
    private async Task OpenAsync(IEnumerable<string> roles)
    {
        var rooms = await Task.WhenAll(roles.Select(role => AtOnce(() => Build(role))));
        _rooms.AddRange(rooms.OfType<IHost>());
        await Task.WhenAll(rooms.OfType<IHost>().Select(room => AtOnce(() => room.StartAsync()).Unwrap()));
    }

    private IHost? Build(string role) => role switch
    {
        Telemetry => TelemetryRoom.Build(Copy()),
        "cloud" => CloudHosting.Build(Copy()),
        "dashboard" => DashboardHosting.Build(Copy()),
        _ => DriverHostHosting.Build(Copy()),
    };

    // On a thread of its own: SQLite keeps a starting room's thread, and the pool begins with one for each core.
    private static Task<T> AtOnce<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // A host writes its addresses into the configuration it was given: each room gets a copy of its own.
    private IConfiguration Copy() => new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable()).Build();

    public async ValueTask DisposeAsync()
    {
        foreach (var room in _rooms)
        {
            await room.StopAsync();
            await ((IAsyncDisposable)room).DisposeAsync();
        }
    }
}
