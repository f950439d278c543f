using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Host;

namespace DriverHost.Snapshots;

/// <summary>The engine's copy of an instance's files while a snapshot is taken: one tag of ours per instance, never longer than the operation.</summary>
internal sealed class SnapshotTag(HostId host)
{
    public string RepositoryOf => $"os-snapshot/{host}";

    public string ReferenceOf(string instanceId) => $"{RepositoryOf}:{instanceId}";

    /// <summary>Copies the container's files, its processes paused meanwhile.</summary>
    /// <returns>About how many bytes the archive will have.</returns>
    public async Task<long> CommitAsync(DockerClient client, string containerId, string instanceId, string name, CancellationToken cancellationToken)
    {
        // What an interrupted one left would lose its tag, and stay without one.
        await RemoveAsync(client, instanceId, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        // The engine goes on with a commit whose caller has left: it is waited for, so that its tag can be removed.
        await client.Images.CommitContainerChangesAsync(
            new CommitContainerChangesParameters { ContainerID = containerId, RepositoryName = RepositoryOf, Tag = instanceId, Comment = name, Pause = true }, CancellationToken.None);
        return (await client.Images.InspectImageAsync(ReferenceOf(instanceId), cancellationToken)).Size;
    }

    /// <summary>The instances whose copy the engine holds.</summary>
    public async Task<IReadOnlyList<string>> InstancesAsync(DockerClient client, CancellationToken cancellationToken)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>> { ["reference"] = new Dictionary<string, bool> { [RepositoryOf] = true } };
        var images = await client.Images.ListImagesAsync(new ImagesListParameters { Filters = filters }, cancellationToken);
        return [.. images.SelectMany(i => i.RepoTags ?? []).Where(t => t.StartsWith($"{RepositoryOf}:", StringComparison.Ordinal)).Select(t => t[(RepositoryOf.Length + 1)..])];
    }

    /// <summary>What is not there is removed already.</summary>
    public async Task RemoveAsync(DockerClient client, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            await client.Images.DeleteImageAsync(ReferenceOf(instanceId), new ImageDeleteParameters(), cancellationToken);
        }
        catch (DockerImageNotFoundException)
        {
            // The usual case.
        }
    }
}
