using System.Reflection;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace DriverHost.Host;

/// <summary><c>GET /v1/host</c> for operators, and the two health checks for everybody.</summary>
internal static class HostApi
{
    public static void MapHost(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/host", Get).ForOperators();
        app.MapGet("/healthz/live", () => TypedResults.Text("alive\n")).AllowNoToken();
        app.MapGet("/healthz/ready", Ready).AllowNoToken();
    }

    private static async Task<Ok<HostRecord>> Get(DriverHostOptions options, HostProbe probe, Readiness readiness, InstanceBook book, TimeProvider time, CancellationToken cancellationToken)
    {
        if (probe.Last is null)
        {
            await readiness.RequireAsync(cancellationToken);
        }

        var proven = book.EngineAnswers || probe.Last is null ? await probe.ProveAsync(cancellationToken) : probe.Last;
        var entries = book.Entries().Where(e => e.Row.Phase != InstancePhase.Failed).ToArray();
        var disk = new DriveInfo(Directory.Exists(proven.Info.DockerRootDir) ? proven.Info.DockerRootDir : "/");
        return TypedResults.Ok(new HostRecord
        {
            HostName = options.ComputeHost,
            Version = typeof(HostApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
            EngineAnswers = book.EngineAnswers,
            EngineVersion = proven.Info.ServerVersion,
            EngineApiVersion = proven.Version.APIVersion,
            KernelVersion = proven.Info.KernelVersion,
            Architecture = proven.Info.Architecture,
            StorageDriver = proven.Info.Driver,
            Cpus = proven.Cpus,
            MemoryMb = proven.Info.MemTotal >> 20,
            DiskGb = disk.TotalSize >> 30,
            DiskFreeGb = disk.AvailableFreeSpace >> 30,
            VcpusUsed = entries.Sum(e => e.Spec.Flavor.Vcpus),
            MemoryMbUsed = entries.Sum(e => (long)e.Spec.Flavor.MemoryMb),
            DiskGbUsed = entries.Sum(e => (long)e.Spec.Flavor.DiskGb),
            Instances = entries.Length,
            RunningInstances = entries.Count(e => e.Container?.Status == "running"),
            EngineStartedAt = proven.EngineStartedAt == DateTimeOffset.UnixEpoch ? time.GetUtcNow() : proven.EngineStartedAt,
            Features = proven.Features,
            Advisories = EngineAdvisories.Of((proven.Version.Components ?? []).Select(c => (c.Name, c.Version))),
        });
    }

    private static ContentHttpResult Ready(InstanceBook book, Readiness readiness) => book.EngineAnswers && readiness.IsInOrder
        ? TypedResults.Text("ready\n")
        : TypedResults.Text("The Docker engine does not answer.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
