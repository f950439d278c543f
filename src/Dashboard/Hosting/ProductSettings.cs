using System.Net.Sockets;

namespace Dashboard.Hosting;

/// <summary>Reads appsettings.json, environment and command line, fills in what follows from them, and says what is wrong, all at once.</summary>
internal static class ProductSettings
{
    public static readonly string[] AllRoles = ["dashboard", "cloud", "driver-host"];

    public static ConfigurationManager Read(string[] args)
    {
        var configuration = new ConfigurationManager();
        configuration.SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json").AddEnvironmentVariables().AddCommandLine(args);
        var data = configuration["Data:Path"] is { Length: > 0 } path ? Path.GetFullPath(path) : DefaultDataPath();
        configuration["Data:Path"] = data;
        if (string.IsNullOrEmpty(configuration["Keystone:AuthUrl"]))
        {
            configuration["Keystone:AuthUrl"] = $"{configuration["Cloud:Url"]?.TrimEnd('/')}/identity/v3";
        }

        if (string.IsNullOrEmpty(configuration["DriverHost:Url"]))
        {
            configuration["DriverHost:Url"] = $"unix://{Path.Combine(data, "driver-host.sock")}";
        }

        return configuration;
    }

    public static IReadOnlyList<string> Roles(IConfiguration configuration) => configuration.GetSection("Roles").Get<string[]>() ?? AllRoles;

    /// <returns>One sentence for each thing that is wrong; empty when the product can start.</returns>
    public static IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        var problems = new List<string>();
        var roles = Roles(configuration);
        foreach (var role in roles.Except(AllRoles))
        {
            problems.Add($"Roles: \"{role}\" is not a role. The roles are {string.Join(", ", AllRoles)}.");
        }

        CheckUrl("Keystone:AuthUrl", "http", "https");
        if (roles.Contains("dashboard"))
        {
            CheckUrl("Dashboard:Url", "http", "https");
        }

        if (roles.Contains("cloud"))
        {
            CheckUrl("Cloud:Url", "http", "https");
            if (!TimeSpan.TryParse(configuration["Cloud:TokenLifetime"] ?? "08:00:00", out var lifetime) || lifetime < TimeSpan.FromMinutes(1))
            {
                problems.Add($"Cloud:TokenLifetime: \"{configuration["Cloud:TokenLifetime"]}\" is not a time of at least one minute. Write it like 08:00:00.");
            }
        }

        if (roles.Contains("driver-host"))
        {
            CheckUrl("Docker:Endpoint", "unix");
            CheckUrl("DriverHost:Url", "unix", "http", "https");
        }

        CheckSocketPath("DriverHost:Url");
        return problems;

        void CheckUrl(string key, params string[] schemes)
        {
            if (!Uri.TryCreate(configuration[key], UriKind.Absolute, out var url) || !schemes.Contains(url.Scheme))
            {
                problems.Add($"{key}: \"{configuration[key]}\" is not an address that starts with {string.Join(" or ", schemes.Select(s => s + "://"))}.");
            }
        }

        // sockaddr_un holds 107 characters: a longer path fails at bind with words that help nobody.
        void CheckSocketPath(string key)
        {
            if (Uri.TryCreate(configuration[key], UriKind.Absolute, out var url) && url.Scheme == "unix" && url.LocalPath.Length > 107)
            {
                problems.Add($"{key}: the path {url.LocalPath} is longer than the 107 characters that a unix socket may have. Choose a shorter Data:Path.");
            }
        }
    }

    /// <summary>Tries what the product needs at start: the data folder, the addresses, the engine.</summary>
    public static async Task<IReadOnlyList<CheckResult>> CheckMachineAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        var roles = Roles(configuration);
        var data = configuration["Data:Path"]!;
        results.Add(CheckDataFolder(data));
        foreach (var (role, key) in new[] { ("dashboard", "Dashboard:Url"), ("cloud", "Cloud:Url") }.Where(x => roles.Contains(x.Item1)))
        {
            results.Add(CheckAddress(key, new Uri(configuration[key]!)));
        }

        if (roles.Contains("driver-host"))
        {
            results.Add(await CheckEngineAsync(new Uri(configuration["Docker:Endpoint"]!), cancellationToken));
        }

        return results;
    }

    private static CheckResult CheckDataFolder(string data)
    {
        try
        {
            Directory.CreateDirectory(data);
            var probe = Path.Combine(data, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new(true, $"The data folder {data} can be written.");
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            return new(false, $"The data folder {data} can't be written: {denied.Message} Choose another with --Data:Path.");
        }
    }

    private static CheckResult CheckAddress(string key, Uri url)
    {
        try
        {
            using var listener = new TcpListener(System.Net.IPAddress.TryParse(url.Host, out var address) ? address : System.Net.IPAddress.Loopback, url.Port);
            listener.Start();
            return new(true, $"{key} {url} is free.");
        }
        catch (SocketException taken)
        {
            return new(false, $"{key} {url} can't be used: {taken.Message}. Another program, perhaps another copy of this one, has it. Choose another with --{key}.");
        }
    }

    private static async Task<CheckResult> CheckEngineAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.LocalPath), cancellationToken);
            return new(true, $"A Docker engine listens at {endpoint.LocalPath}.");
        }
        catch (SocketException silent)
        {
            return new(false, $"No Docker engine listens at {endpoint.LocalPath}: {silent.Message}. ./run.sh starts one; or set --Docker:Endpoint.");
        }
    }

    private static string DefaultDataPath() => Environment.IsPrivilegedProcess
        ? "/var/lib/dashboard"
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_STATE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"), "dashboard");
}

internal sealed record CheckResult(bool Good, string Words);
