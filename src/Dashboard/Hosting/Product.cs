using Cloud;
using DriverHost;

namespace Dashboard.Hosting;

/// <summary>The rooms that this process opens, each a web application of its own: they meet over HTTP only.</summary>
internal sealed class Product : IAsyncDisposable
{
    private static readonly string[] AllRoles = ["dashboard", "cloud", "driver-host"];
    private readonly List<WebApplication> _rooms = [];

    private Product(IConfiguration configuration)
    {
        var roles = configuration.GetSection("Roles").Get<string[]>() ?? AllRoles;
        if (roles.Contains("driver-host"))
        {
            _rooms.Add(DriverHostHosting.Build(configuration));
        }

        if (roles.Contains("cloud"))
        {
            _rooms.Add(CloudHosting.Build(configuration));
        }

        if (roles.Contains("dashboard"))
        {
            _rooms.Add(DashboardHosting.Build(configuration));
        }
    }

    /// <summary>Reads appsettings.json, environment and command line, and fills in what follows from them.</summary>
    public static Product Create(string[] args)
    {
        var configuration = new ConfigurationManager();
        configuration.SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json").AddEnvironmentVariables().AddCommandLine(args);
        var data = configuration["Data:Path"] is { Length: > 0 } path ? Path.GetFullPath(path) : DefaultDataPath();
        Directory.CreateDirectory(data);
        configuration["Data:Path"] = data;
        if (string.IsNullOrEmpty(configuration["Keystone:AuthUrl"]))
        {
            configuration["Keystone:AuthUrl"] = $"{configuration["Cloud:Url"]!.TrimEnd('/')}/identity/v3";
        }

        if (string.IsNullOrEmpty(configuration["DriverHost:Url"]))
        {
            configuration["DriverHost:Url"] = $"unix://{Path.Combine(data, "driver-host.sock")}";
        }

        return new Product(configuration);
    }

    public async Task<int> RunAsync()
    {
        await Task.WhenAll(_rooms.Select(room => room.StartAsync()));
        await Task.WhenAny(_rooms.Select(room => room.WaitForShutdownAsync()));
        await DisposeAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var room in Enumerable.Reverse(_rooms))
        {
            await room.StopAsync();
            await room.DisposeAsync();
        }
    }

    private static string DefaultDataPath() => Environment.IsPrivilegedProcess
        ? "/var/lib/dashboard"
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_STATE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"), "dashboard");
}
