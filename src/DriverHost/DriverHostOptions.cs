using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace DriverHost;

/// <summary>What the driver host needs to know to start.</summary>
public sealed record DriverHostOptions
{
    /// <summary>Where it listens: <c>unix:///…/driver-host.sock</c> (mode 0660) or http(s).</summary>
    public required Uri Url { get; init; }

    /// <summary>The folder for its books (<c>driver-host.db</c>) and its staging area.</summary>
    public required string DataPath { get; init; }

    /// <summary>The Docker engine: a local socket only.</summary>
    public required Uri DockerEndpoint { get; init; }

    /// <summary>Keystone v3, for example <c>http://127.0.0.1:5000/identity/v3</c>.</summary>
    public required Uri KeystoneUrl { get; init; }

    public string UserName { get; init; } = "driver-host";
    public string ProjectName { get; init; } = "service";

    /// <summary>The file (mode 0600) that holds the service user's password. Read when first needed: the cloud writes it at its first start.</summary>
    public required string PasswordFile { get; init; }

    /// <summary>How many bytes of logs are kept of one project's instances, those that were deleted included.</summary>
    public long LogBudget { get; init; } = 256L * 1024 * 1024;

    public static DriverHostOptions From(IConfiguration configuration)
    {
        var data = configuration["Data:Path"] ?? throw new InvalidOperationException("Data:Path is not set.");
        return new()
        {
            Url = new Uri(configuration["DriverHost:Url"] ?? throw new InvalidOperationException("DriverHost:Url is not set.")),
            DataPath = data,
            DockerEndpoint = new Uri(configuration["Docker:Endpoint"] ?? "unix:///var/run/docker.sock"),
            KeystoneUrl = new Uri(configuration["Keystone:AuthUrl"] ?? throw new InvalidOperationException("Keystone:AuthUrl is not set.")),
            UserName = configuration["DriverHost:UserName"] ?? "driver-host",
            ProjectName = configuration["DriverHost:ProjectName"] ?? "service",
            PasswordFile = configuration["DriverHost:PasswordFile"] ?? Path.Combine(data, "secrets", "driver-host.password"),
            LogBudget = Mebibytes(configuration, "DriverHost:LogBudgetMiB", 256),
        };
    }

    private static long Mebibytes(IConfiguration configuration, string key, long otherwise) =>
        configuration[key] is not { Length: > 0 } text ? otherwise * 1024 * 1024
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1024 * 1024 ? number * 1024 * 1024
            : throw new InvalidOperationException($"{key} is a whole number of MiB, at least 1. It is '{text}'.");
}
