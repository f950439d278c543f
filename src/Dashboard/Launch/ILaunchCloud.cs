using Dashboard.Images;
using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Launch;

/// <summary>What the launch form needs of the cloud, with the user's own token.</summary>
internal interface ILaunchCloud
{
    Viewer Viewer { get; }

    Task<LaunchFacts> GetFactsAsync(CancellationToken cancellationToken);

    Task<Server> GetServerAsync(string id, CancellationToken cancellationToken);

    /// <summary>What the image itself says of its command and environment.</summary>
    /// <exception cref="DriverHostException">It can't be read, or nobody answers.</exception>
    Task<ImageEvidence> InspectAsync(string imageId, CancellationToken cancellationToken);

    /// <returns>The ids of the servers, all of them when several were asked for.</returns>
    Task<IReadOnlyList<string>> LaunchAsync(CreateServer request, CancellationToken cancellationToken);

    /// <summary>The driver host's word on the viewer's instances, pushed. Ends when it does not answer: the steps are a courtesy.</summary>
    IAsyncEnumerable<HostEvent> WatchStepsAsync(CancellationToken cancellationToken);

    Task DeleteAsync(string serverId, CancellationToken cancellationToken);
}
