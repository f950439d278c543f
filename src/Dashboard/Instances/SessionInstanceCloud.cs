using Dashboard.Images;
using Dashboard.SignIn;
using DriverHost.Client;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Instances;

/// <summary>The cloud as the signed-in user sees it.</summary>
internal sealed class SessionInstanceCloud(DashboardSession session, IImageCloud images) : IInstanceCloud
{
    public Viewer Viewer => images.Viewer;

    public INovaApi Nova => session.Nova;

    public IGlanceApi Glance => session.Glance;

    public CancellationToken Ended => session.Ended;

    public IReadOnlyList<string> Hosts => [.. session.Hosts.All.Select(h => h.Name)];

    public IAsyncEnumerable<HostEvent> WatchAsync(string host, CancellationToken cancellationToken) => session.Hosts.On(host).WatchAsync(cancellationToken);

    public async Task<AuditRecord[]> GetAuditAsync(string instanceId, int limit, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).ListAuditAsync(instanceId, limit, null, cancellationToken);

    public async Task<GoneList> GetGoneAsync(CancellationToken cancellationToken)
    {
        var (answers, failures) = await session.Hosts.EachAsync((host, cancel) => host.RecordsAsync(cancel), cancellationToken);
        if (answers.Count == 0 && failures is [var (_, failure), ..])
        {
            throw failure;
        }

        return new GoneList([.. answers.SelectMany(a => a.Answer).OrderByDescending(r => r.DeletedAt)], [.. failures.Select(f => $"{f.Host.Name}. {f.Failure.Message}")]);
    }

    public async Task<FlightRecord> GetRecordAsync(string instanceId, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).RecordAsync(instanceId, cancellationToken);

    public async Task<ProcessList> GetProcessesAsync(string instanceId, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).GetProcessesAsync(instanceId, cancellationToken);

    public async Task<ChangeList> GetChangesAsync(string instanceId, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).GetChangesAsync(instanceId, cancellationToken);

    public async Task<RecordingList> GetRecordingsAsync(string instanceId, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).ListRecordingsAsync(instanceId, cancellationToken);

    public async Task<FileList> ListFilesAsync(string instanceId, string path, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).ListFilesAsync(instanceId, path, cancellationToken);

    public async Task<FileStat> GetFileStatAsync(string instanceId, string path, CancellationToken cancellationToken) =>
        await (await session.Hosts.OfAsync(instanceId, cancellationToken)).GetFileStatAsync(instanceId, path, cancellationToken);

    public Task<People> GetPeopleAsync(CancellationToken cancellationToken) => images.GetPeopleAsync(cancellationToken);
}
