using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.Http;
using DriverHost.Images;

namespace DriverHost.Files;

/// <summary>
/// Copies one file into a container. All of it is here before the engine gets any, so a caller that goes away leaves nothing half written; then it goes
/// in as an uncompressed tar of ours with one entry. Nothing that a caller gives is ever unpacked.
/// </summary>
/// <remarks>
/// Only into an instance whose processes do not run: they could swap a folder for a link under the engine's hands (CVE-2026-41568, CVE-2026-42306).
/// It is an operation of the instance, so nobody starts or unpauses it meanwhile.
/// </remarks>
internal sealed class FileWriter(Engine engine, FileOwners owners, Operations operations, InstanceBook book, Staging staging, DriverHostOptions options, TimeProvider time)
{
    private const string Operation = "copy";

    /// <summary>Takes the bytes.</summary>
    /// <param name="length">As the caller announces it.</param>
    /// <exception cref="DriverFailure">413 it is too large; 400 it ended early.</exception>
    public async Task<FileStream> StageAsync(Stream body, long length, CancellationToken cancellationToken)
    {
        if (length > options.CopyLimit)
        {
            throw new DriverFailure(413, "too_large", $"The file has {length >> 20} MiB; this host copies {options.CopyLimit >> 20} MiB at once at most (DriverHost:CopyLimitMiB).");
        }

        var file = staging.Create(length);
        try
        {
            await body.CopyToAsync(file, cancellationToken);
            if (file.Length != length)
            {
                throw DriverFailure.Invalid($"The file ended after {file.Length} of {length} bytes.");
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes it, to its end also when the caller is gone by now: half a file would be worse.</summary>
    /// <param name="asked">Whom it shall belong to; null for whom the instance's process runs as.</param>
    /// <param name="content">What was staged; closed afterwards, however it went.</param>
    /// <param name="before">Runs when nothing stands in the way any more: what throws there stops it.</param>
    /// <exception cref="DriverFailure">409 <c>running</c>, <c>busy</c>, <c>not_a_file</c>; 404: there is no such folder.</exception>
    public async Task WriteAsync(string id, FilePath path, FileOwner? asked, Stream content, Func<FileOwner, Task> before)
    {
        await using var closing = content;
        await operations.Begin(id, Operation, async (steps, stop) =>
        {
            steps.Now("copying a file in");
            var client = await engine.ClientAsync(stop);
            var container = book.Entry(id)?.Container?.Id ?? throw DriverFailure.Conflict("no_container", "The instance has no container now, so it has no files.");
            var inspect = await client.Containers.InspectContainerAsync(container, stop);
            RequireStill(inspect.State is { Running: true, Paused: false } ? InstanceState.Running : InstanceState.Exited);
            var owner = asked ?? await owners.OfAsync(container, inspect.Config?.User, stop);
            await before(owner);
            await PutAsync(client, container, path, owner, content, stop);
        });
    }

    public static void RequireStill(InstanceState state)
    {
        if (state is InstanceState.Running or InstanceState.Unknown)
        {
            throw DriverFailure.Conflict("running", "The instance runs. Pause or stop it first: while its processes run, they could lead the file somewhere else.");
        }
    }

    private async Task PutAsync(DockerClient client, string container, FilePath path, FileOwner owner, Stream content, CancellationToken cancellationToken)
    {
        await using var tar = staging.Create(content.Length);
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path.Name)
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                ModificationTime = time.GetUtcNow(),
                Uid = owner.Uid,
                Gid = owner.Gid,
                DataStream = content,
            }, cancellationToken);
        }

        tar.Position = 0;
        try
        {
            // Asked first: the engine says so without reading the tar, and whoever still sends then may not hear it.
            await client.Containers.GetArchiveFromContainerAsync(container, new ContainerPathStatParameters { Path = path.Folder }, true, cancellationToken);
            // The property is the engine's noOverwriteDirNonDir: true means that no folder is replaced by a file, whatever its name says here.
            await client.Containers.ExtractArchiveToContainerAsync(container, new CopyToContainerParameters { Path = path.Folder, AllowOverwriteDirWithFile = true }, tar, cancellationToken);
        }
        catch (DockerApiException none) when (none.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            throw DriverFailure.NotFound($"There is no folder {path.Folder} in the instance.");
        }
        catch (DockerApiException refused) when (EngineFailure.Words(refused).Contains("directory", StringComparison.OrdinalIgnoreCase))
        {
            throw DriverFailure.Conflict("not_a_file", $"{path.Full} cannot be a file there: {EngineFailure.Words(refused)}.");
        }
    }
}
