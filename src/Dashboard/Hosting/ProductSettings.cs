using System.Globalization;
using System.Net;

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
            configuration["Keystone:AuthUrl"] = EmbeddedKeystone(configuration);
            configuration["Keystone:Region"] = configuration["Cloud:Region"];
        }

        // A dashboard alone, before a real cloud, has driver hosts elsewhere.
        if (string.IsNullOrEmpty(configuration["DriverHost:Url"]) && Roles(configuration).Intersect(["cloud", "driver-host"]).Any())
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

        // The embedded one's address follows from the cloud's: said once is enough.
        if (!roles.Contains("cloud") || configuration["Keystone:AuthUrl"] != EmbeddedKeystone(configuration))
        {
            CheckUrl("Keystone:AuthUrl", "http", "https");
        }

        if (roles.Contains("dashboard"))
        {
            CheckUrl("Dashboard:Url", "http", "https");
            CheckCertificate("Dashboard:Url");
            CheckProxies("Dashboard:TrustedProxies");
        }

        if (roles.Contains("cloud"))
        {
            CheckUrl("Cloud:Url", "http", "https");
            CheckLifetime("Cloud:TokenLifetime");
        }

        if (roles.Contains("driver-host"))
        {
            CheckUrl("Docker:Endpoint", "unix");
            CheckUrl("DriverHost:Url", "unix", "http");
            if (configuration["DriverHost:ListenUrl"] is { Length: > 0 })
            {
                CheckUrl("DriverHost:ListenUrl", "https");
                CheckUrl("DriverHost:Url", "unix");
            }
        }

        if (configuration["Telemetry:Url"] is { Length: > 0 })
        {
            CheckUrl("Telemetry:Url", "http", "https");
            CheckCertificate("Telemetry:Url");
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

        // A bare "10" would be ten days.
        void CheckLifetime(string key)
        {
            var text = configuration[key] ?? "08:00:00";
            if (!text.Contains(':') || !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lifetime) || lifetime < TimeSpan.FromMinutes(1) || lifetime > TimeSpan.FromDays(365))
            {
                problems.Add($"{key}: \"{text}\" is not a time of one minute to one year. Write it like 08:00:00.");
            }
        }

        void CheckCertificate(string key)
        {
            if (Uri.TryCreate(configuration[key], UriKind.Absolute, out var url) && url.Scheme == "https"
                && string.IsNullOrEmpty(configuration["Kestrel:Certificates:Default:Path"]) && string.IsNullOrEmpty(configuration["Kestrel:Certificates:Default:Subject"]))
            {
                problems.Add($"{key}: {url} needs a certificate. Set Kestrel:Certificates:Default:Path and Kestrel:Certificates:Default:KeyPath to PEM files, or let a proxy in front speak TLS.");
            }
        }

        void CheckProxies(string key)
        {
            foreach (var proxy in (configuration.GetSection(key).Get<string[]>() ?? []).Where(p => !IPAddress.TryParse(p, out _)))
            {
                problems.Add($"{key}: \"{proxy}\" is not an IP address.");
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

    private static string EmbeddedKeystone(IConfiguration configuration) => $"{configuration["Cloud:Url"]?.TrimEnd('/')}/identity/v3";

    private static string DefaultDataPath() => Environment.IsPrivilegedProcess
        ? "/var/lib/dashboard"
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_STATE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"), "dashboard");
}
