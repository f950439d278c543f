using System.Globalization;
using DriverHost.Http;

namespace DriverHost.Images;

/// <summary>Where archives lie while they are looked at: files that only this user can read, gone when closed.</summary>
internal sealed class Staging(DriverHostOptions options)
{
    private const long AlwaysFree = 1L << 30;
    private readonly string _folder = Path.Combine(options.DataPath, "staging");

    /// <summary>Empties the folder: what is in it was left over by a crash.</summary>
    public void Clear()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <param name="expected">Bytes to come; refused when the disk would run full.</param>
    public FileStream Create(long expected)
    {
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var free = new DriveInfo(_folder).AvailableFreeSpace;
        if (free - expected < AlwaysFree)
        {
            throw new DriverFailure(507, "no_space", string.Create(
                CultureInfo.InvariantCulture, $"It has {expected >> 20} MiB, and the driver host's disk has {free >> 20} MiB free; one GiB must stay free."));
        }

        return new FileStream(Path.Combine(_folder, Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 256 * 1024,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }
}
