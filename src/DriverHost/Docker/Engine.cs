using Docker.DotNet;
using Docker.DotNet.Unix;
using DriverHost.Http;
using DriverHost.Telemetry;

namespace DriverHost.Docker;

/// <summary>The one Docker engine of this host. Its API version is negotiated when it first answers.</summary>
internal sealed class Engine(DriverHostOptions options, EnginePatience patience, DriverHostMetrics metrics, TimeProvider time) : IDisposable
{
    // The newest API that Docker.DotNet's records describe; a newer engine is spoken to in this one.
    private static readonly Version Newest = new(1, 52);
    private readonly SemaphoreSlim _negotiating = new(1, 1);
    private DockerClient? _client;

    /// <summary>A client that speaks the engine's API version. Made once, shared by everybody, disposed with the host.</summary>
    /// <exception cref="DriverFailure">503 <c>engine_unreachable</c>: the engine does not answer.</exception>
    public async ValueTask<DockerClient> ClientAsync(CancellationToken cancellationToken)
    {
        if (_client is { } ready)
        {
            return ready;
        }

        await _negotiating.WaitAsync(cancellationToken);
        try
        {
            return _client ??= await NegotiateAsync(cancellationToken);
        }
        finally
        {
            _negotiating.Release();
        }
    }

    private async Task<DockerClient> NegotiateAsync(CancellationToken cancellationToken)
    {
        // Without a version in the path the engine answers in its own.
        using var probe = Build(null);
        try
        {
            var version = await probe.System.GetVersionAsync(cancellationToken);
            var engines = Version.Parse(version.APIVersion);
            return Build(engines < Newest ? engines : Newest);
        }
        catch (Exception failed) when (EngineFailure.TryRead(failed) is { } failure)
        {
            throw failure;
        }
    }

    private DockerClient Build(Version? version)
    {
        var builder = new DockerClientBuilder().WithEndpoint(options.DockerEndpoint).WithTimeout(Timeout.InfiniteTimeSpan);
        return (version is null ? builder : builder.WithApiVersion(version)).WithTransportOptions(new PatientTransport(patience, metrics, time), new UnixSocketTransportOptions()).Build();
    }

    public void Dispose()
    {
        _client?.Dispose();
        _negotiating.Dispose();
    }
}
