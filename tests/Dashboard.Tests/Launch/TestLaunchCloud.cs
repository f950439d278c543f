using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Images;
using Dashboard.Launch;
using Dashboard.Tests.Images;
using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Tests.Launch;

/// <summary>A cloud to launch in: the test says what there is, when it answers, and how the boots go.</summary>
internal sealed class TestLaunchCloud : ILaunchCloud
{
    private readonly Channel<HostEvent> _events = Channel.CreateUnbounded<HostEvent>();

    public Viewer Viewer { get; set; } = TestImageCloud.Member;

    public LaunchFacts Facts { get; set; } = LaunchSamples.Facts();

    /// <summary>When set, facts are answered by it.</summary>
    public Func<CancellationToken, Task<LaunchFacts>>? OnFacts { get; set; }

    public Func<CreateServer, IReadOnlyList<string>> OnLaunch { get; set; } = _ => [LaunchSamples.ServerId];

    public Func<string, Task<ImageEvidence>> OnInspect { get; set; } = id => Task.FromResult(LaunchSamples.Evidence(id));

    public Exception? DeleteFailure { get; set; }

    public Dictionary<string, Server> Servers { get; } = [];
    public List<CreateServer> Launched { get; } = [];
    public List<string> Deleted { get; } = [];
    public CancellationToken LastFactsToken { get; private set; }

    public Task<LaunchFacts> GetFactsAsync(CancellationToken cancellationToken)
    {
        LastFactsToken = cancellationToken;
        return OnFacts is null ? Task.FromResult(Facts) : OnFacts(cancellationToken);
    }

    public Task<Server> GetServerAsync(string id, CancellationToken cancellationToken) => Servers.TryGetValue(id, out var server)
        ? Task.FromResult(server)
        : throw LaunchSamples.Refusal(System.Net.HttpStatusCode.NotFound, $"Instance {id} could not be found.");

    public Task<ImageEvidence> InspectAsync(string imageId, CancellationToken cancellationToken) => OnInspect(imageId);

    public Task<IReadOnlyList<string>> LaunchAsync(CreateServer request, CancellationToken cancellationToken)
    {
        Launched.Add(request);
        return Task.FromResult(OnLaunch(request));
    }

    public void Say(HostInstance state, DateTimeOffset at) => Assert.True(_events.Writer.TryWrite(new HostEvent(HostEvent.Instance, at, state)));

    public async IAsyncEnumerable<HostEvent> WatchStepsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var seen in _events.Reader.ReadAllAsync(cancellationToken))
        {
            yield return seen;
        }
    }

    public Task DeleteAsync(string serverId, CancellationToken cancellationToken)
    {
        if (DeleteFailure is not null)
        {
            throw DeleteFailure;
        }

        Deleted.Add(serverId);
        return Task.CompletedTask;
    }
}
