using System.Globalization;
using System.Net;
using DriverHost.Containers;
using Microsoft.Extensions.Configuration;

namespace DriverHost;

/// <summary>What the driver host needs to know to start.</summary>
public sealed record DriverHostOptions
{
    private static readonly IPNetwork[] UsualPools = [IPNetwork.Parse("10.201.0.0/16"), IPNetwork.Parse("172.29.0.0/16")];

    /// <summary>Where it listens: <c>unix:///…/driver-host.sock</c> (mode 0660) or http(s).</summary>
    public required Uri Url { get; init; }

    /// <summary>Where dashboards of other machines come in: <c>https://0.0.0.0:9520</c>. Null: nowhere.</summary>
    public Uri? ListenUrl { get; init; }

    /// <summary>The folder for its books (<c>driver-host.db</c>) and its staging area.</summary>
    public required string DataPath { get; init; }

    /// <summary>The Docker engine: a local socket only.</summary>
    public required Uri DockerEndpoint { get; init; }

    /// <summary>Keystone v3, for example <c>http://127.0.0.1:5000/identity/v3</c>.</summary>
    public required Uri KeystoneUrl { get; init; }

    /// <summary>What Nova calls this machine's compute host: <c>host</c> in its nova.conf.</summary>
    public string ComputeHost { get; init; } = Environment.MachineName;

    public string UserName { get; init; } = "driver-host";
    public string ProjectName { get; init; } = "service";

    /// <summary>The domain, by name, of the service user and its project.</summary>
    public string DomainName { get; init; } = "Default";

    /// <summary>The region whose Glance is asked; null takes the catalog's first.</summary>
    public string? Region { get; init; }

    /// <summary>The file (mode 0600) that holds the service user's password. Read when first needed: the cloud writes it at its first start.</summary>
    public required string PasswordFile { get; init; }

    /// <summary>How many bytes of logs are kept of one project's instances, those that were deleted included.</summary>
    public long LogBudget { get; init; } = 256L * 1024 * 1024;

    /// <summary>Above this much of the engine's disk, in percent, images that nothing uses are removed …</summary>
    public int ImageDiskHigh { get; init; } = 85;

    /// <summary>… until it is below this.</summary>
    public int ImageDiskLow { get; init; } = 80;

    /// <summary>How many bytes are copied into or out of an instance at once.</summary>
    public long CopyLimit { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Every terminal is recorded: what it shows, not what is typed.</summary>
    public bool RecordTerminals { get; init; }

    /// <summary>How many bytes of recordings are kept of one project's terminals.</summary>
    public long RecordingBudget { get; init; } = 256L * 1024 * 1024;

    /// <summary>How many bytes one recording has at most; then its terminal ends.</summary>
    public long RecordingLimit { get; init; } = 16L * 1024 * 1024;

    /// <summary>Where the addresses of projects' networks are from, 256 for each: the first that are free.</summary>
    public IReadOnlyList<IPNetwork> NetworkPools { get; init; } = UsualPools;

    /// <summary>Networks that webhooks of alerts may reach although they are not public.</summary>
    public IReadOnlyList<IPNetwork> AlertWebhookAllow { get; init; } = [];

    public static DriverHostOptions From(IConfiguration configuration)
    {
        var data = configuration["Data:Path"] ?? throw new InvalidOperationException("Data:Path is not set.");
        return new()
        {
            Url = new Uri(configuration["DriverHost:Url"] ?? throw new InvalidOperationException("DriverHost:Url is not set.")),
            ListenUrl = configuration["DriverHost:ListenUrl"] is { Length: > 0 } listen ? new Uri(listen) : null,
            DataPath = data,
            DockerEndpoint = new Uri(configuration["Docker:Endpoint"] ?? "unix:///var/run/docker.sock"),
            KeystoneUrl = new Uri(configuration["Keystone:AuthUrl"] ?? throw new InvalidOperationException("Keystone:AuthUrl is not set.")),
            ComputeHost = configuration["DriverHost:ComputeHost"] is { Length: > 0 } name ? name : Environment.MachineName,
            UserName = configuration["DriverHost:UserName"] ?? "driver-host",
            ProjectName = configuration["DriverHost:ProjectName"] ?? "service",
            DomainName = configuration["DriverHost:DomainName"] ?? "Default",
            Region = configuration["DriverHost:Region"] is { Length: > 0 } region ? region : null,
            PasswordFile = configuration["DriverHost:PasswordFile"] ?? Path.Combine(data, "secrets", "driver-host.password"),
            ImageDiskHigh = Percent(configuration, "DriverHost:ImageDiskHighPercent", 85),
            ImageDiskLow = Percent(configuration, "DriverHost:ImageDiskLowPercent", 80),
            CopyLimit = Mebibytes(configuration, "DriverHost:CopyLimitMiB", 1024),
            RecordTerminals = configuration["DriverHost:TerminalRecording"] switch
            {
                null or "" or "Off" => false,
                "Always" => true,
                var other => throw new InvalidOperationException($"DriverHost:TerminalRecording is Off or Always. It is '{other}'."),
            },
            RecordingBudget = Mebibytes(configuration, "DriverHost:TerminalRecordingBudgetMiB", 256),
            NetworkPools = Pools(configuration, "DriverHost:NetworkPools"),
            AlertWebhookAllow = Networks(configuration, "DriverHost:AlertWebhookAllow"),
            LogBudget = Mebibytes(configuration, "DriverHost:LogBudgetMiB", 256),
        };
    }

    private static IPNetwork[] Networks(IConfiguration configuration, string key) =>
        [.. (configuration[key] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => IPNetwork.TryParse(text, out var network) ? network : throw new InvalidOperationException($"{key} is a list of networks like 10.1.0.0/16,fd00:1::/32, the bits after the prefix zero. '{text}' is none."))];

    private static IPNetwork[] Pools(IConfiguration configuration, string key) =>
        Networks(configuration, key) is not [_, ..] pools ? UsualPools
            : pools.Where(p => !AddressPool.Fits(p)).ToArray() is [var wrong, ..] ? throw new InvalidOperationException($"{key} is a list of IPv4 networks from /8 to /24. '{wrong}' is none.")
            : pools;

    private static int Percent(IConfiguration configuration, string key, int otherwise) =>
        configuration[key] is not { Length: > 0 } text ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 100 ? number
            : throw new InvalidOperationException($"{key} is a whole number of percent, 1 to 100. It is '{text}'.");

    private static long Mebibytes(IConfiguration configuration, string key, long otherwise) =>
        configuration[key] is not { Length: > 0 } text ? otherwise * 1024 * 1024
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1024 * 1024 ? number * 1024 * 1024
            : throw new InvalidOperationException($"{key} is a whole number of MiB, at least 1. It is '{text}'.");
}
