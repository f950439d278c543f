using DriverHost.Client;

namespace DriverHost.Images;

/// <summary>What was found in an archive, as it goes out. After a refusal: as far as it was read.</summary>
internal static class ImageEvidenceView
{
    public static ImageEvidence Of(string imageId, string sha512, long size, DockerArchive found, IReadOnlyList<string> problems) => new()
    {
        ImageId = imageId,
        Sha512 = sha512,
        Size = size,
        ConfigDigest = found.ConfigDigest,
        Problems = problems,
        Notes = found.Notes,
        Tags = found.Tags,
        Architecture = found.Architecture,
        Os = found.Os,
        Created = found.Created,
        Entrypoint = IfSound(() => found.Entrypoint),
        Command = IfSound(() => found.Command),
        User = found.User,
        WorkingDirectory = found.WorkingDirectory,
        Environment = IfSound(() => found.Environment),
        Ports = found.Ports,
        Volumes = found.Volumes,
        Labels = found.Labels,
        Layers = [.. found.Layers.Select(l => new LayerEvidence(l.DiffId, l.Size, l.Files, l.SetuidFiles))],
        History = found.History,
    };

    // A list that is none is among the problems already.
    private static IReadOnlyList<string> IfSound(Func<IReadOnlyList<string>> list)
    {
        try
        {
            return list();
        }
        catch (ArchiveRefused)
        {
            return [];
        }
    }
}
