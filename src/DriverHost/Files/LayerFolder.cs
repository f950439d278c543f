using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DriverHost.Files;

/// <param name="Type">See <see cref="Client.ChangeRecord"/>.</param>
/// <param name="Size">Bytes of a file; else 0.</param>
/// <param name="Mode">The twelve lowest bits: what chmod sets.</param>
/// <param name="Hides">An overlay's mark for "deleted here": a device of the numbers 0 and 0.</param>
internal readonly record struct FileLook(string Type, long Size, int Mode, uint Uid, uint Gid, DateTimeOffset ModifiedAt, bool Hides);

/// <summary>
/// A folder of one layer of a container, or below it. Whatever runs in the container may swap a folder for a link while it is looked at, so no
/// path is ever followed by name: the kernel itself (<c>openat2</c>) refuses links on the way and every step out of the folder.
/// </summary>
internal sealed partial class LayerFolder : IDisposable
{
    private const int OpenPath = 0x200000;
    private const int OpenFolder = 0x10000;
    private const int OpenNoFollow = 0x20000;
    private const int OpenCloseOnExec = 0x80000;
    private const ulong NoMagicLinks = 0x02;
    private const ulong NoSymlinks = 0x04;
    private const ulong Beneath = 0x08;
    private const int OpenAt2 = 437;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int MostLink = 4096;
    private readonly SafeFileHandle _folder;

    private LayerFolder(SafeFileHandle folder) => _folder = folder;

    /// <summary>In this layer the folder begins anew: nothing of the layers below is in it.</summary>
    public bool IsOpaque => Attribute(_folder, "trusted.overlay.opaque", out var value, 1) == 1 && value == (byte)'y';

    /// <summary>It was moved, and the layers below have it elsewhere.</summary>
    public bool IsMoved => Attribute(_folder, "trusted.overlay.redirect", out _, 0) > 0;

    /// <returns>Null when it cannot be seen, or the kernel is older than 5.6.</returns>
    public static LayerFolder? TryOpen(string? folder)
    {
        if (folder is null || !OperatingSystem.IsLinux())
        {
            return null;
        }

        var descriptor = Open(folder, OpenFolder | OpenCloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        var opened = new LayerFolder(new SafeFileHandle(descriptor, ownsHandle: true));
        if (opened.TryLook("/") is not null)
        {
            return opened;
        }

        opened.Dispose();
        return null;
    }

    /// <param name="path">As inside the container, from this folder on.</param>
    /// <returns>Null when it is not there, or a link is on the way to it.</returns>
    public FileLook? TryLook(string path)
    {
        // A link as the last part is not followed but opened itself: that is what both path flags together ask for.
        using var file = TryOpenBeneath(path, OpenPath | OpenNoFollow);
        if (file is null || Look(file, "", AtEmptyPath, BasicStats, out var found) != 0)
        {
            return null;
        }

        var kind = found.Mode & 0xf000;
        return new FileLook(
            kind switch { 0x8000 => "file", 0x4000 => "folder", 0xa000 => "link", _ => "other" },
            kind == 0x8000 ? (long)found.Size : 0,
            found.Mode & 0xfff,
            found.Uid,
            found.Gid,
            DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(found.ModifiedSeconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds())),
            kind == 0x2000 && (found.DeviceMajor, found.DeviceMinor) == (0, 0));
    }

    /// <returns>Where a link leads, as it says; null when it is none.</returns>
    public string? TryTarget(string path)
    {
        using var link = TryOpenBeneath(path, OpenPath | OpenNoFollow);
        var target = new byte[MostLink];
        return link is not null && ReadLink(link, "", target, (nuint)target.Length) is > 0 and var length ? Encoding.UTF8.GetString(target, 0, (int)length) : null;
    }

    /// <returns>Null when it is not there, is no folder, or a link is on the way.</returns>
    public LayerFolder? TryEnter(string path) => TryOpenBeneath(path, OpenFolder | OpenNoFollow) is { } folder ? new LayerFolder(folder) : null;

    /// <summary>What is in it, in no order. Once only: the folder remembers how far it was read.</summary>
    /// <returns>Names that are not UTF-8 have the replacement character where they are not.</returns>
    public IEnumerable<(string Name, bool IsFolder, bool IsDevice)> Read()
    {
        // As the kernel writes an entry: inode (8 bytes), offset (8), length (2), type (1), name up to a zero.
        var buffer = new byte[32 * 1024];
        while (ReadFolder(_folder, buffer, (nuint)buffer.Length) is > 0 and var length)
        {
            for (var at = 0; at < length; at += BitConverter.ToUInt16(buffer, at + 16))
            {
                var name = buffer.AsSpan(at + 19);
                var text = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
                if (text is not ("." or ".."))
                {
                    yield return (text, buffer[at + 18] == 4, buffer[at + 18] == 2);
                }
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private SafeFileHandle? TryOpenBeneath(string path, int flags)
    {
        var relative = path.TrimStart('/');
        var how = new How { Flags = (ulong)(flags | OpenCloseOnExec), Resolve = Beneath | NoSymlinks | NoMagicLinks };
        var descriptor = OpenBeneath(OpenAt2, _folder, relative.Length == 0 ? "." : relative, in how, (nuint)Marshal.SizeOf<How>());
        return descriptor < 0 ? null : new SafeFileHandle((nint)descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", StringMarshalling = StringMarshalling.Utf8)]
    private static partial long OpenBeneath(long number, SafeFileHandle folder, string path, in How how, nuint size);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Look(SafeFileHandle file, string path, int flags, uint mask, out Stat found);

    [LibraryImport("libc", EntryPoint = "readlinkat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLink(SafeFileHandle link, string path, [Out] byte[] target, nuint size);

    [LibraryImport("libc", EntryPoint = "getdents64")]
    private static partial nint ReadFolder(SafeFileHandle folder, [Out] byte[] entries, nuint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Attribute(SafeFileHandle file, string name, out byte value, nuint size);

    /// <summary>The kernel's <c>open_how</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct How
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    /// <summary>The kernel's <c>statx</c>, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Stat
    {
        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(24)]
        public uint Gid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(128)]
        public uint DeviceMajor;

        [FieldOffset(132)]
        public uint DeviceMinor;
    }
}
