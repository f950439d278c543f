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
    /// <summary>The names of the networks that it is on, running or not.</summary>
    public required IReadOnlyList<string> Networks { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The first process, as the host numbers it; 0 while none runs.</summary>
    public long Pid { get; init; }
    /// <summary>How many processors it may use; all of the host's where it has no limit.</summary>
    public double Cpus { get; init; }
    /// <summary>Bytes; 0 for no limit.</summary>
    public long MemoryLimit { get; init; }
    /// <summary>0 for no limit.</summary>
    public long PidsLimit { get; init; }

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
        FinishedAt = End(inspect.State!.Running, Time(inspect.State!.StartedAt), Time(inspect.State!.FinishedAt)),
        Addresses = [.. NetworksOf(inspect)
            .SelectMany(n => new[] { n.Value.IPAddress, n.Value.GlobalIPv6Address }.Where(a => !string.IsNullOrEmpty(a)).Select(a => new InstanceAddress(n.Key, a, n.Value.MacAddress ?? "")))],
        Networks = [.. NetworksOf(inspect).Select(n => n.Key)],
        Labels = new Dictionary<string, string>(inspect.Config!.Labels!),
        Pid = inspect.State!.Pid,
        Cpus = inspect.HostConfig is { NanoCPUs: > 0 and var nanos } ? nanos / 1e9 : Environment.ProcessorCount,
        MemoryLimit = inspect.HostConfig?.Memory ?? 0,
        PidsLimit = Math.Max(0, inspect.HostConfig?.PidsLimit ?? 0),
    };

    // By name: the engine gives them in no order.
    private static IEnumerable<KeyValuePair<string, EndpointSettings>> NetworksOf(ContainerInspectResponse inspect) =>
        (inspect.NetworkSettings?.Networks ?? new Dictionary<string, EndpointSettings>()).OrderBy(n => n.Key, StringComparer.Ordinal);

    /// <summary>The engine takes the time of a start late: a short process may have ended by then. It ended after it started all the same.</summary>
    internal static DateTimeOffset? End(bool running, DateTimeOffset? started, DateTimeOffset? finished) => !running && finished < started ? started : finished;

    // The engine's zero time is the year 1. Its nanoseconds are cut, as where the log's reading takes the same time from JSON: rounded, one end would be two.
    internal static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text?.IndexOf('.', StringComparison.Ordinal) is > 0 and var point && text.EndsWith('Z') && text.Length - point > 9 ? $"{text[..(point + 8)]}Z" : text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1 ? time : null;
}
