using System.Globalization;
using System.Text;
using DriverHost.Http;

namespace DriverHost.Files;

/// <summary>A path inside a container as a caller gave it: absolute, plain, and not of what the kernel makes up there.</summary>
internal sealed record FilePath
{
    // The kernel's own bounds.
    private const int MostBytes = 4095;
    private const int MostNameBytes = 255;
    private static readonly string[] Kernels = ["/proc", "/sys", "/dev"];

    private FilePath(string full, string folder, string name) => (Full, Folder, Name) = (full, folder, name);

    /// <summary>Without a slash at the end; <c>/</c> is the root.</summary>
    public string Full { get; }
    public string Folder { get; }
    /// <summary>The last part; empty for the root.</summary>
    public string Name { get; }

    /// <exception cref="DriverFailure">400: it says what is wrong.</exception>
    public static FilePath Of(string? text)
    {
        if (text is not ['/', ..])
        {
            throw DriverFailure.Invalid("path is absolute inside the instance, for example /var/log/app.log.");
        }

        if (text.EnumerateRunes().Any(r => Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))
        {
            throw DriverFailure.Invalid("path has a control character or one that hides or turns text round. Rename the file inside the instance.");
        }

        var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Any(p => p is "." or ".."))
        {
            throw DriverFailure.Invalid("path has a part that is '.' or '..': write where the file is itself.");
        }

        if (Encoding.UTF8.GetByteCount(text) > MostBytes || parts.Any(p => Encoding.UTF8.GetByteCount(p) > MostNameBytes))
        {
            throw DriverFailure.Invalid($"path has at most {MostBytes} bytes, and each part of it at most {MostNameBytes}.");
        }

        var full = "/" + string.Join('/', parts);
        if (Kernels.Any(k => full == k || full.StartsWith(k + "/", StringComparison.Ordinal)))
        {
            throw DriverFailure.Invalid("What is in /proc, /sys and /dev is made up by the kernel: there are no files to copy.");
        }

        return new FilePath(full, "/" + string.Join('/', parts.SkipLast(1)), parts.LastOrDefault() ?? "");
    }
}
