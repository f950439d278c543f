using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Files;

namespace DriverHost.Containers;

/// <summary>
/// What an instance finds before its process starts: its user's key in <c>~/.ssh/authorized_keys</c>, and user data and metadata where cloud-init looks for
/// OpenStack's config drive. Put once, into a container that was made and not started, as an uncompressed tar of ours: no process can lead it astray, and the
/// engine keeps it within the container whatever links an image has.
/// </summary>
internal sealed class FirstFiles(FileOwners owners)
{
    /// <summary>Where cloud-init takes a config drive from a folder.</summary>
    public const string Seed = "/var/lib/cloud/seed/config_drive/openstack/latest";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // What they say is done by the container's own configuration.
    private static readonly string[] Configuring = ["docker:", "env:"];

    public async Task PutAsync(DockerClient client, string containerId, string id, InstanceSpec spec, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var metadata = spec.Metadata.Where(m => !Configuring.Any(c => m.Key.StartsWith(c, StringComparison.Ordinal))).ToDictionary(m => m.Key, m => m.Value);
        if (spec.PublicKey is null && spec.UserData is null && metadata.Count == 0)
        {
            return;
        }

        var user = await owners.OfAsync(containerId, (await client.Containers.InspectContainerAsync(containerId, cancellationToken)).Config?.User, cancellationToken);
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            var files = new Entries(writer, client, containerId, now);
            await files.AddAsync($"{Seed}/meta_data.json", Encoding.UTF8.GetBytes(Describe(id, spec, metadata)), user, isPrivate: false, cancellationToken);
            // Also when there is none: an image that is a snapshot may have another's.
            await files.AddAsync($"{Seed}/user_data", Convert.FromBase64String(spec.UserData ?? ""), user, isPrivate: true, cancellationToken);
            if (spec.PublicKey is { } key)
            {
                var path = $"{user.Home}/.ssh/authorized_keys";
                var keys = WithKey(await owners.ReadAsync(containerId, path, cancellationToken) ?? "", key);
                await files.AddAsync(path, Encoding.UTF8.GetBytes(keys), user, isPrivate: true, cancellationToken);
            }
        }

        tar.Position = 0;
        // The property is the engine's noOverwriteDirNonDir: true means that no folder is replaced by a file.
        await client.Containers.ExtractArchiveToContainerAsync(containerId, new CopyToContainerParameters { Path = "/", AllowOverwriteDirWithFile = true }, tar, cancellationToken);
    }

    /// <summary>The keys of an image stay, and a key is there once.</summary>
    public static string WithKey(string keys, string key)
    {
        if (keys.Split('\n').Any(line => line.Trim() == key.Trim()))
        {
            return keys;
        }

        return $"{keys}{(keys.Length > 0 && !keys.EndsWith('\n') ? "\n" : "")}{key.Trim()}\n";
    }

    // Nova's metadata: https://docs.openstack.org/nova/latest/user/metadata.html
    private static string Describe(string id, InstanceSpec spec, Dictionary<string, string> metadata)
    {
        var described = new JsonObject
        {
            ["uuid"] = id,
            ["name"] = spec.Name,
            ["hostname"] = HostNames.From(spec.Name, id),
            ["project_id"] = spec.ProjectId,
            ["launch_index"] = 0,
            ["meta"] = new JsonObject(metadata.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Key, m.Value))),
        };
        if (spec.PublicKey is { } key)
        {
            described["public_keys"] = new JsonObject { ["key"] = key };
        }

        return described.ToJsonString(Indented);
    }

    private sealed class Entries(TarWriter writer, DockerClient client, string containerId, DateTimeOffset now)
    {
        private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        private const UnixFileMode Everybody = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        private const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        private readonly HashSet<string> _folders = [];

        public async Task AddAsync(string path, byte[] content, FileOwner user, bool isPrivate, CancellationToken cancellationToken)
        {
            await AddFoldersAsync(path, user, cancellationToken);
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, path.TrimStart('/'))
                {
                    Uid = user.Uid,
                    Gid = user.Gid,
                    Mode = isPrivate ? Owner : Owner | Everybody,
                    ModificationTime = now,
                    DataStream = new MemoryStream(content),
                },
                cancellationToken);
        }

        // Those that are there stay as they are.
        private async Task AddFoldersAsync(string path, FileOwner user, CancellationToken cancellationToken)
        {
            for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                var folder = path[..slash];
                if (!_folders.Add(folder) || await CommandCheck.ExistsAsync(client, containerId, folder, cancellationToken))
                {
                    continue;
                }

                var isUsers = $"{folder}/".StartsWith($"{user.Home}/", StringComparison.Ordinal);
                await writer.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.Directory, folder.TrimStart('/'))
                    {
                        Uid = isUsers ? user.Uid : 0,
                        Gid = isUsers ? user.Gid : 0,
                        Mode = isUsers ? Owner | UnixFileMode.UserExecute : Owner | Everybody | Enter,
                        ModificationTime = now,
                    },
                    cancellationToken);
            }
        }
    }
}
