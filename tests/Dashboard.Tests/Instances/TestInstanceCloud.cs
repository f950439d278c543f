using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Images;
using Dashboard.Instances;
using Dashboard.Tests.Images;
using DriverHost.Client;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Tests.Instances;

/// <summary>Nova, Glance and a driver host whose events come when the test pushes them.</summary>
internal sealed class TestInstanceCloud : IInstanceCloud, IDisposable
{
    private readonly Lock _lock = new();
    private const string First = "compute-1";
    private readonly Dictionary<string, (string Host, HostInstance State)> _hosts = [];
    private readonly Dictionary<string, Channel<HostEvent>> _feeds = [];
    private readonly Channel<bool> _connected = Channel.CreateUnbounded<bool>();
    private readonly Channel<bool> _told = Channel.CreateUnbounded<bool>();
    private readonly CancellationTokenSource _session = new();

    public TestCompute Nova { get; } = new();
    public TestGlance Glance { get; } = new TestGlance().With(TestImages.Approved());
    public Viewer Viewer { get; set; } = TestImageCloud.Member;
    public List<AuditRecord> Audit { get; } = [];
    public DriverHostException? AuditFailure { get; set; }
    public List<FlightRecord> Gone { get; } = [];
    public DriverHostException? GoneFailure { get; set; }
    public ProcessList? Processes { get; set; }
    public FileStat? FileStat { get; set; }
    public ChangeList? Changes { get; set; }
    public RecordingList? Recordings { get; set; }
    public DriverHostException? RecordingsFailure { get; set; }
    public Dictionary<string, FileList> Folders { get; } = [];
    public DriverHostException? FoldersFailure { get; set; }
    public IReadOnlyList<string> GoneSilent { get; set; } = [];
    public IReadOnlyList<string> Hosts { get; set; } = [First];

    /// <summary>Those of the hosts that do not answer.</summary>
    public HashSet<string> Down { get; } = [];

    /// <summary>What nobody expects, at the next connection to a driver host.</summary>
    public Exception? NextFault { get; set; }

    /// <summary>How often somebody began to follow a driver host.</summary>
    public int Connections { get; private set; }
    public bool HostDown { get; set; }
    public bool HostHangs { get; set; }
    public CancellationToken Ended => _session.Token;

    INovaApi IInstanceCloud.Nova => Nova;
    IGlanceApi IInstanceCloud.Glance => Glance;

    /// <summary>The same instance at Nova and at the driver host.</summary>
    public TestInstanceCloud With(string name, HostInstance? host = null, string status = "ACTIVE")
    {
        Nova.With(TestInstances.Server(name, status));
        Push(host ?? TestInstances.Host(name));
        return this;
    }

    public void Push(HostInstance host, string on = First)
    {
        lock (_lock)
        {
            _hosts[host.Id] = (on, host);
            Feed(on)?.Writer.TryWrite(new HostEvent(HostEvent.Instance, TestInstances.Now, host));
        }
    }

    public void PushDeleted(string name)
    {
        lock (_lock)
        {
            _hosts.Remove(TestInstances.Id(name), out var last);
            Feed(last.Host)?.Writer.TryWrite(new HostEvent(HostEvent.Deleted, TestInstances.Now, last.State));
        }
    }

    public void Ping()
    {
        lock (_lock)
        {
            Feed(First)?.Writer.TryWrite(new HostEvent(HostEvent.Ping, TestInstances.Now));
        }
    }

    /// <summary>The connection that stands breaks.</summary>
    public void Break(string host = First)
    {
        lock (_lock)
        {
            Feed(host)?.Writer.TryComplete(new IOException("The connection was reset."));
        }
    }

    /// <summary>Returns when somebody connected (again), or tried to.</summary>
    public async Task ConnectedAsync(CancellationToken cancellationToken) => await _connected.Reader.ReadAsync(cancellationToken);

    /// <summary>Returns when somebody has taken in all that a driver host knows.</summary>
    public async Task ToldAsync(CancellationToken cancellationToken) => await _told.Reader.ReadAsync(cancellationToken);

    private Channel<HostEvent>? Feed(string host) => _feeds.GetValueOrDefault(host);

    public void EndSession() => _session.Cancel();

    public async IAsyncEnumerable<HostEvent> WatchAsync(string host, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var feed = Channel.CreateUnbounded<HostEvent>();
        HostInstance[] now;
        lock (_lock)
        {
            now = [.. _hosts.Values.Where(h => h.Host == host).Select(h => h.State)];
            _feeds[host] = feed;
            Connections++;
        }

        _connected.Writer.TryWrite(true);
        if (NextFault is { } fault)
        {
            NextFault = null;
            throw fault;
        }

        if (!Hosts.Contains(host))
        {
            throw new DriverHostException(System.Net.HttpStatusCode.NotFound, Dashboard.Hosts.SessionHosts.NoHost, "It was removed.");
        }

        if (HostDown || Down.Contains(host))
        {
            throw new DriverHostException(null, "unreachable", "The driver host does not answer.");
        }

        if (HostHangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        foreach (var state in now)
        {
            yield return new HostEvent(HostEvent.Instance, TestInstances.Now, state);
        }

        yield return new HostEvent(HostEvent.Synced, TestInstances.Now);
        _told.Writer.TryWrite(true);
        await foreach (var item in feed.Reader.ReadAllAsync(cancellationToken))
        {
            yield return item;
        }
    }

    public Task<AuditRecord[]> GetAuditAsync(string instanceId, int limit, CancellationToken cancellationToken) =>
        AuditFailure is { } failure ? Task.FromException<AuditRecord[]>(failure) : Task.FromResult(Audit.Where(a => a.InstanceId == instanceId).Take(limit).ToArray());

    public Task<GoneList> GetGoneAsync(CancellationToken cancellationToken) =>
        GoneFailure is { } failure ? Task.FromException<GoneList>(failure) : Task.FromResult(new GoneList([.. Gone], GoneSilent));

    public Task<FlightRecord> GetRecordAsync(string instanceId, CancellationToken cancellationToken) =>
        GoneFailure is { } failure ? Task.FromException<FlightRecord>(failure)
            : Gone.Find(r => r.Id == instanceId) is { } record ? Task.FromResult(record)
            : Task.FromException<FlightRecord>(new DriverHostException(System.Net.HttpStatusCode.NotFound, "not_found", "There is no such instance on this host."));

    public Task<ProcessList> GetProcessesAsync(string instanceId, CancellationToken cancellationToken) => Answer(Processes);

    public Task<FileStat> GetFileStatAsync(string instanceId, string path, CancellationToken cancellationToken) => Answer(FileStat);

    public Task<FileList> ListFilesAsync(string instanceId, string path, CancellationToken cancellationToken) =>
        FoldersFailure is { } failure ? Task.FromException<FileList>(failure) : Answer(Folders.GetValueOrDefault(path));

    public Task<RecordingList> GetRecordingsAsync(string instanceId, CancellationToken cancellationToken) =>
        RecordingsFailure is { } failure ? Task.FromException<RecordingList>(failure) : Answer(Recordings);

    public Task<ChangeList> GetChangesAsync(string instanceId, CancellationToken cancellationToken) => Answer(Changes);

    public Task<People> GetPeopleAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new People(new Dictionary<string, string> { ["u1"] = "lab-user", ["u9"] = "dana" }, new Dictionary<string, string> { ["p1"] = "genomics" }));

    public void Dispose() => _session.Dispose();

    private static Task<T> Answer<T>(T? known)
        where T : class => known is not null ? Task.FromResult(known)
            : Task.FromException<T>(new DriverHostException(System.Net.HttpStatusCode.NotFound, "not_found", "There is no such instance on this host."));
}
