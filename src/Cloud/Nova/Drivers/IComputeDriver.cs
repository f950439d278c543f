using DriverHost.Client;

namespace Cloud.Nova.Drivers;

/// <summary>
/// What Nova asks of its compute host. Every call waits for the outcome and may be repeated; a refusal or an unreachable host is a
/// <see cref="DriverHostException"/> with words for people.
/// </summary>
internal interface IComputeDriver
{
    /// <summary>Makes the instance and waits until its process runs. The same spec again joins or finds the first.</summary>
    Task<HostInstance> SpawnAsync(string id, InstanceSpec spec, CancellationToken cancellationToken);

    /// <summary>Removes the instance whatever runs on it. What is not there is removed already.</summary>
    Task DestroyAsync(string id, CancellationToken cancellationToken);

    Task<HostInstance> StartAsync(string id, CancellationToken cancellationToken);
    Task<HostInstance> StopAsync(string id, CancellationToken cancellationToken);
    Task<HostInstance> RebootAsync(string id, bool hard, CancellationToken cancellationToken);
    Task<HostInstance> PauseAsync(string id, CancellationToken cancellationToken);
    Task<HostInstance> UnpauseAsync(string id, CancellationToken cancellationToken);

    /// <summary>Fills a queued image with the instance's content; returns when the image is active.</summary>
    Task SnapshotAsync(string id, SnapshotRequest request, CancellationToken cancellationToken);

    /// <summary>The end of what the process wrote, as bytes.</summary>
    /// <param name="lines">The last so many; null for as many as <paramref name="mostBytes"/> hold.</param>
    Task<byte[]> ReadConsoleAsync(string id, int? lines, int mostBytes, CancellationToken cancellationToken);

    /// <summary>Everything once, then <see cref="HostEvent.Synced"/>, then changes as they happen. Ends only by an exception.</summary>
    IAsyncEnumerable<HostEvent> WatchAsync(CancellationToken cancellationToken);

    Task<HostRecord> GetHostAsync(CancellationToken cancellationToken);
}
