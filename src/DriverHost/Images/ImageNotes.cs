using System.Globalization;

namespace DriverHost.Images;

/// <summary>What an approver should look at twice.</summary>
internal static class ImageNotes
{
    public static void Add(DockerArchive image, long unusedBytes)
    {
        var notes = image.Notes;
        if (image.User is "" or "0" or "root" || image.User.StartsWith("0:", StringComparison.Ordinal) || image.User.StartsWith("root:", StringComparison.Ordinal))
        {
            notes.Add("It runs as root (with seven capabilities only, and no way to gain more).");
        }

        if (image.Entrypoint.Count + image.Command.Count == 0)
        {
            notes.Add("It has no command: an instance of it needs one at launch.");
        }

        if (image.Volumes.Count > 0)
        {
            notes.Add($"It asks for volumes, which it does not get: {string.Join(", ", image.Volumes.Take(10))}.");
        }

        if (DockerArchive.Member(image.Run, "Healthcheck").ValueKind == System.Text.Json.JsonValueKind.Object)
        {
            notes.Add("It has a health check, which is not run.");
        }

        if (DockerArchive.Member(image.Run, "OnBuild") is { ValueKind: System.Text.Json.JsonValueKind.Array } triggers && triggers.GetArrayLength() > 0)
        {
            notes.Add("It has build triggers (ONBUILD), which are dropped.");
        }

        Count(image.Layers.Sum(l => l.SetuidFiles), "file", "with setuid or setgid, which have no effect here", notes);
        Count(image.Layers.Sum(l => l.Devices), "device node", "which cannot be opened here", notes);
        if (image.Labels.Keys.Any(k => k.StartsWith("openstack.", StringComparison.Ordinal)))
        {
            notes.Add("It bears labels of OpenStack's own (openstack.…), as the snapshot of an instance does. They are dropped.");
        }

        var secrets = image.Environment.Select(v => v.Split('=', 2)[0]).Where(LooksSecret).ToArray();
        if (secrets.Length > 0)
        {
            notes.Add($"Its environment may hold secrets that everybody who boots it can read: {string.Join(", ", secrets.Take(10))}.");
        }

        if (unusedBytes > 64 * 1024)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"The archive carries {unusedBytes / 1024} KiB that no part of the image refers to. They are dropped."));
        }
    }

    private static void Count(int count, string what, string which, List<string> notes)
    {
        if (count > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"It has {count} {what}{(count == 1 ? "" : "s")} {which}."));
        }
    }

    private static bool LooksSecret(string name) =>
        name.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase) || name.Contains("SECRET", StringComparison.OrdinalIgnoreCase) || name.Contains("TOKEN", StringComparison.OrdinalIgnoreCase);
}
