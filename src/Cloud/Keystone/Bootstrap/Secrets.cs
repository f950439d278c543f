using System.Security.Cryptography;

namespace Cloud.Keystone.Bootstrap;

/// <summary>The generated passwords, one file each, readable by their owner alone. Made at the first start, never changed by us after.</summary>
internal static class Secrets
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The secret of that name; generated when there is none yet.</summary>
    public static string Ensure(string dataPath, string name)
    {
        var folder = Path.Combine(dataPath, "secrets");
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var file = Path.Combine(folder, name);
        if (!File.Exists(file))
        {
            // 24 characters of 62: 142 bits.
            Write(file, RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 24) + "\n");
        }

        return File.ReadAllText(file).Trim();
    }

    /// <summary>Writes a file of mode 0600 in one step: a crash leaves the old one or the new one, never half.</summary>
    public static void Write(string file, string text)
    {
        var temporary = $"{file}.{Environment.ProcessId}.new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
