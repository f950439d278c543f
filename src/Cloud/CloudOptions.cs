using Microsoft.Extensions.Configuration;

namespace Cloud;

/// <summary>What the embedded cloud needs to know to start. Read from the configuration section "Cloud".</summary>
public sealed record CloudOptions
{
    /// <summary>The address that the cloud listens on and writes into its catalog, for example <c>http://127.0.0.1:5000</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>The folder that holds everything the cloud stores: <c>cloud.db</c>, image files, secrets.</summary>
    public required string DataPath { get; init; }

    /// <summary>The driver host that is this cloud's only hypervisor: <c>unix:///…/driver-host.sock</c> or an http(s) address.</summary>
    public required Uri DriverHostUrl { get; init; }

    public string Region { get; init; } = "RegionOne";

    /// <summary>How long a token lives.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(8);

    /// <summary>An administrator's own upload is approved as it becomes active. Off gives the two-person rule.</summary>
    public bool AdministratorsApproveOwn { get; init; } = true;

    public static CloudOptions From(IConfiguration configuration) => new()
    {
        Url = new Uri(configuration["Cloud:Url"] ?? "http://127.0.0.1:5000"),
        DataPath = configuration["Data:Path"] ?? throw new InvalidOperationException("Data:Path is not set."),
        DriverHostUrl = new Uri(configuration["DriverHost:Url"] ?? throw new InvalidOperationException("DriverHost:Url is not set.")),
        Region = configuration["Cloud:Region"] ?? "RegionOne",
        TokenLifetime = configuration.GetValue("Cloud:TokenLifetime", TimeSpan.FromHours(8)),
        AdministratorsApproveOwn = configuration.GetValue("Approval:AdministratorsApproveOwn", true),
    };
}
