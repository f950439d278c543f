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

    public IAsyncEnumerable<HostEvent> WatchAsync(CancellationToken cancellationToken) => session.DriverHost.WatchAsync(cancellationToken);

    public Task<AuditRecord[]> GetAuditAsync(string instanceId, int limit, CancellationToken cancellationToken) =>
        session.DriverHost.ListAuditAsync(instanceId, limit, null, cancellationToken);

    public Task<FlightRecord[]> GetGoneAsync(CancellationToken cancellationToken) => session.DriverHost.RecordsAsync(cancellationToken);

    public Task<FlightRecord> GetRecordAsync(string instanceId, CancellationToken cancellationToken) => session.DriverHost.RecordAsync(instanceId, cancellationToken);

    public Task<ProcessList> GetProcessesAsync(string instanceId, CancellationToken cancellationToken) => session.DriverHost.GetProcessesAsync(instanceId, cancellationToken);

    public Task<ChangeList> GetChangesAsync(string instanceId, CancellationToken cancellationToken) => session.DriverHost.GetChangesAsync(instanceId, cancellationToken);

    public Task<RecordingList> GetRecordingsAsync(string instanceId, CancellationToken cancellationToken) => session.DriverHost.ListRecordingsAsync(instanceId, cancellationToken);

    public Task<FileList> ListFilesAsync(string instanceId, string path, CancellationToken cancellationToken) => session.DriverHost.ListFilesAsync(instanceId, path, cancellationToken);

    public Task<FileStat> GetFileStatAsync(string instanceId, string path, CancellationToken cancellationToken) => session.DriverHost.GetFileStatAsync(instanceId, path, cancellationToken);

    public Task<People> GetPeopleAsync(CancellationToken cancellationToken) => images.GetPeopleAsync(cancellationToken);
}
