using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.Unix;
using DriverHost.Telemetry;
using Microsoft.Extensions.Logging;

namespace DriverHost.Docker;

/// <summary>The unix socket with a <see cref="PatientHandler"/> before it.</summary>
internal sealed class PatientTransport(EnginePatience patience, DriverHostMetrics metrics, TimeProvider time) : IDockerHandlerFactory<UnixSocketTransportOptions>
{
    private static readonly IDockerHandlerFactory<UnixSocketTransportOptions> Plain = DockerHandlerFactory.Instance;

    public ResolvedTransport CreateHandler(ResolvedClientOptions options, ILogger logger) => Patient(Plain.CreateHandler(options, logger));

    public ResolvedTransport CreateHandler(UnixSocketTransportOptions transportOptions, ResolvedClientOptions options, ILogger logger) => Patient(Plain.CreateHandler(transportOptions, options, logger));

    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) => Plain.HijackStreamAsync(content);

    private ResolvedTransport Patient(ResolvedTransport plain) => plain with { Handler = new PatientHandler(plain.Handler, patience, metrics, time) };
}
