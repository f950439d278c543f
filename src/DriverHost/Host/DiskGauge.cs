using System.Runtime.InteropServices;

namespace DriverHost.Host;

/// <summary>How full the disk under a folder is. Null where that cannot be seen, for example from inside a container.</summary>
internal delegate DiskUse? DiskGauge(string folder);

/// <param name="Total">Bytes.</param>
/// <param name="Free">Bytes.</param>
/// <param name="UsedFiles">How many files there are; 0 where the file system does not say.</param>
internal readonly partial record struct DiskUse(long Total, long Free, long UsedFiles = 0)
{
    public long Used => Total - Free;
    public double Percent => Total == 0 ? 0 : 100.0 * Used / Total;

    public static DiskUse? Look(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var drive = new DriveInfo(folder);
        return new DiskUse(drive.TotalSize, drive.AvailableFreeSpace, Look(folder, out var volume) == 0 ? (long)(volume.Files - volume.FreeFiles) : 0);
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Look(string path, out Volume volume);

    // struct statvfs of 64-bit Linux.
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private readonly struct Volume
    {
        private readonly ulong _blockSize;
        private readonly ulong _fragmentSize;
        private readonly ulong _blocks;
        private readonly ulong _freeBlocks;
        private readonly ulong _availableBlocks;
        public readonly ulong Files;
        public readonly ulong FreeFiles;
    }
}
