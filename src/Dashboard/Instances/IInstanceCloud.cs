using Dashboard.Images;
using DriverHost.Client;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>What the instance pages need of the cloud and of the driver host, with the user's own token.</summary>
internal interface IInstanceCloud
{
    Viewer Viewer { get; }
    INovaApi Nova { get; }
    IGlanceApi Glance { get; }

    /// <summary>Cancelled when the sign-in ends.</summary>
    CancellationToken Ended { get; }

    /// <summary>The driver hosts, by the names of their compute hosts.</summary>
    IReadOnlyList<string> Hosts { get; }

    /// <summary>Everything that driver host knows now, then what changes; ends by cancellation or with a <see cref="DriverHostException"/> or <see cref="IOException"/>.</summary>
    IAsyncEnumerable<HostEvent> WatchAsync(string host, CancellationToken cancellationToken);

    /// <summary>The newest of what people did to the instance beside Nova: who opened its log, a terminal, a file. Newest first.</summary>
    /// <exception cref="DriverHostException">404: no driver host of ours knows it.</exception>
    Task<AuditRecord[]> GetAuditAsync(string instanceId, int limit, CancellationToken cancellationToken);

    /// <summary>What the flight recorder kept of the project's deleted instances, newest first.</summary>
    Task<GoneList> GetGoneAsync(CancellationToken cancellationToken);

    /// <summary>The same of one instance, with the engine's record of its container.</summary>
    /// <exception cref="DriverHostException">404: nothing is kept of it, or it is not the project's.</exception>
    Task<FlightRecord> GetRecordAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>What runs in the instance now.</summary>
    /// <exception cref="DriverHostException">404: no driver host of ours knows it.</exception>
    Task<ProcessList> GetProcessesAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>How the instance's files differ from its image's.</summary>
    /// <exception cref="DriverHostException">404: no driver host of ours knows it. 409: it has no container.</exception>
    Task<ChangeList> GetChangesAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>What is at a path inside the instance.</summary>
    /// <exception cref="DriverHostException">404: there is nothing. 400: the path is none.</exception>
    Task<FileStat> GetFileStatAsync(string instanceId, string path, CancellationToken cancellationToken);

    /// <summary>What is in a folder inside the instance.</summary>
    /// <exception cref="DriverHostException">404: there is nothing. 400 <c>not_a_folder</c>. 501 <c>not_seen</c>: the host cannot look.</exception>
    Task<FileList> ListFilesAsync(string instanceId, string path, CancellationToken cancellationToken);

    /// <summary>What is kept of the instance's terminals, also when it was deleted; and whether those opened now are recorded.</summary>
    /// <exception cref="DriverHostException">404: no driver host of ours knows it.</exception>
    Task<RecordingList> GetRecordingsAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>The names of users and projects, as far as the viewer may know them.</summary>
    Task<People> GetPeopleAsync(CancellationToken cancellationToken);
}

/// <param name="Silent">The hosts that did not answer, each with the reason: what they keep is missing.</param>
internal sealed record GoneList(IReadOnlyList<FlightRecord> Records, IReadOnlyList<string> Silent);
