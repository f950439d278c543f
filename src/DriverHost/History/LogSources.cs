using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Http;

namespace DriverHost.History;

/// <summary>Where the log of an instance is: at the engine, in its archive, or both.</summary>
/// <param name="Container">The engine's id of its container; null when that is gone.</param>
internal sealed record LogSource(string ProjectId, string InstanceId, string? Container);

/// <summary>Finds the log of an instance for a caller, also of one that was deleted.</summary>
internal sealed class LogSources(InstanceBook book, LogArchives archives, FlightRecords records)
{
    /// <exception cref="DriverFailure">404: there is no such instance, it is not the caller's, or it has no log; 503: not yet.</exception>
    public LogSource Require(string id, DriverCaller caller)
    {
        if (book.Find(id) is { } instance)
        {
            caller.RequireReadable(id, instance.ProjectId);
            return Of(instance);
        }

        var record = records.FindGone(id) ?? throw CallerAccess.NoInstance(id);
        caller.RequireReadable(id, record.ProjectId);
        return new LogSource(record.ProjectId, id, Container: null);
    }

    private LogSource Of(HostInstance instance) => instance switch
    {
        { State: InstanceState.Creating } or { ContainerId: null, State: InstanceState.Unknown } =>
            throw new DriverFailure(503, "not_started", "The instance is being built. Its log begins when its process starts."),
        { State: InstanceState.Error } => throw new DriverFailure(404, "no_log", "The instance never started, so it has no log."),
        { State: not InstanceState.Missing, ContainerId: { } container } => new(instance.ProjectId, instance.Id, container),
        _ when archives.Of(instance.ProjectId, instance.Id).Last is not null => new(instance.ProjectId, instance.Id, Container: null),
        _ => throw new DriverFailure(404, "container_gone", "The engine has no container of this instance, so it has no log either."),
    };
}
