using System.Globalization;
using Docker.DotNet.Models;
using DriverHost.Client;

namespace DriverHost.Docker;

/// <summary>The engine's word on one container.</summary>
internal sealed record ContainerFacts
{
    public required string Id { get; init; }
    public required string InstanceId { get; init; }
    /// <summary>created, running, paused, restarting, removing, exited, dead.</summary>
    public required string Status { get; init; }
    public required int ExitCode { get; init; }
    public required bool OutOfMemory { get; init; }
    public required string Error { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required DateTimeOffset? FinishedAt { get; init; }
    public required IReadOnlyList<InstanceAddress> Addresses { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public bool Runs => Status is "running" or "paused" or "restarting";

    public static ContainerFacts From(ContainerInspectResponse inspect) => new()
    {
        Id = inspect.ID,
        InstanceId = inspect.Config!.Labels!.TryGetValue(Docker.Labels.Instance, out var instance) ? instance : "",
        Status = inspect.State!.Status,
        ExitCode = (int)inspect.State!.ExitCode,
        OutOfMemory = inspect.State!.OOMKilled,
        Error = inspect.State!.Error ?? "",
        StartedAt = Time(inspect.State!.StartedAt),
        FinishedAt = Time(inspect.State!.FinishedAt),
        Addresses = [.. (inspect.NetworkSettings?.Networks ?? new Dictionary<string, EndpointSettings>())
            .Where(n => !string.IsNullOrEmpty(n.Value.IPAddress))
            .Select(n => new InstanceAddress(n.Key, n.Value.IPAddress, n.Value.MacAddress ?? ""))],
        Labels = new Dictionary<string, string>(inspect.Config!.Labels!),
    };

    // The engine's zero time is the year 1.
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1 ? time : null;
}
