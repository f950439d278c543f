using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Docker;

namespace DriverHost.Host;

/// <summary>
/// Finds out by experiment whether the engine limits a container's disk: newer image stores take the option and ignore it without a word. A throwaway
/// container of 16 MiB gets a file of 32 MiB; only if that fails, the limit holds.
/// </summary>
internal sealed class DiskQuotaTrial(HostId host)
{
    private const string Name = "disk-quota";
    private const int TooMuch = 32 << 20;

    public async Task<ProvenFeature> RunAsync(DockerClient client, CancellationToken cancellationToken)
    {
        var reference = $"os-probe/{host}:empty";
        string? containerId = null;
        try
        {
            await ImportEmptyAsync(client, reference, cancellationToken);
            containerId = (await client.Containers.CreateContainerAsync(
                new CreateContainerParameters
                {
                    Image = reference,
                    Cmd = ["none"],
                    Labels = new Dictionary<string, string> { [Labels.Owner] = host.Value, [Labels.Purpose] = "probe" },
                    HostConfig = new HostConfig { NetworkMode = "none", StorageOpt = new Dictionary<string, string> { ["size"] = "16M" } },
                },
                cancellationToken)).ID;
            return await OverfillAsync(client, containerId, cancellationToken)
                ? new ProvenFeature(Name, false, "The engine takes a disk limit but does not hold it: 32 MiB went into 16. Use overlay2 on xfs with pquota, or zfs or btrfs.")
                : new ProvenFeature(Name, true, "The disk of an instance is limited to its flavor's.");
        }
        catch (DockerApiException refused)
        {
            return new ProvenFeature(Name, false, $"The disk of an instance is not limited. The engine says: {EngineFailure.Words(refused)}");
        }
        finally
        {
            await CleanAsync(client, containerId, reference);
        }
    }

    private static async Task ImportEmptyAsync(DockerClient client, string reference, CancellationToken cancellationToken)
    {
        using var empty = new MemoryStream();
        await using (var tar = new TarWriter(empty, TarEntryFormat.Ustar, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.Directory, "fill/"), cancellationToken);
        }

        empty.Position = 0;
        var parts = reference.Split(':');
        await client.Images.CreateImageAsync(new ImagesCreateParameters { FromSrc = "-", Repo = parts[0], Tag = parts[1] }, empty, new AuthConfig(), new Progress<JSONMessage>(), cancellationToken);
    }

    // True when all of it went in.
    private static async Task<bool> OverfillAsync(DockerClient client, string containerId, CancellationToken cancellationToken)
    {
        using var tooMuch = new MemoryStream();
        await using (var tar = new TarWriter(tooMuch, TarEntryFormat.Ustar, leaveOpen: true))
        {
            using var content = new MemoryStream(new byte[TooMuch]);
            await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, "file") { DataStream = content }, cancellationToken);
        }

        tooMuch.Position = 0;
        try
        {
            await client.Containers.ExtractArchiveToContainerAsync(containerId, new CopyToContainerParameters { Path = "/fill" }, tooMuch, cancellationToken);
            return true;
        }
        catch (Exception full) when (full is DockerApiException or HttpRequestException)
        {
            return false;
        }
    }

    private static async Task CleanAsync(DockerClient client, string? containerId, string reference)
    {
        if (containerId is not null)
        {
            await client.Containers.RemoveContainerAsync(containerId, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
        }

        try
        {
            await client.Images.DeleteImageAsync(reference, new ImageDeleteParameters { Force = true }, CancellationToken.None);
        }
        catch (DockerImageNotFoundException)
        {
            // The import failed: nothing to remove.
        }
    }
}
