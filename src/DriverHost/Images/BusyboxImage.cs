namespace DriverHost.Images;

/// <summary>An image made of nothing but the distribution's static busybox: for demonstration and for tests.</summary>
public static class BusyboxImage
{
    public const string Program = "/bin/busybox";

    private static readonly string[] Commands =
    [
        "ash", "awk", "cat", "chmod", "chown", "cp", "cut", "date", "dd", "df", "dirname", "dmesg", "du", "echo", "env", "expr", "false", "find", "free", "grep", "gunzip", "gzip",
        "head", "hostname", "httpd", "id", "ifconfig", "ip", "kill", "killall", "less", "ln", "ls", "md5sum", "mkdir", "mktemp", "mount", "mv", "nc", "netstat", "nslookup",
        "ping", "printf", "ps", "pwd", "rm", "rmdir", "route", "sed", "seq", "sh", "sha256sum", "sha512sum", "sleep", "sort", "stat", "stty", "sync", "tail", "tar", "tee", "test",
        "time", "timeout", "top", "touch", "tr", "true", "tty", "uname", "uniq", "uptime", "vi", "wc", "wget", "which", "whoami", "xargs", "yes",
    ];

    /// <summary>The whole root of the image as one layer.</summary>
    public static ArchiveLayer Layer(ReadOnlyMemory<byte> busybox) => new(
        [
            ArchiveFile.Folder("bin"),
            ArchiveFile.Of("bin/busybox", busybox, "755"),
            .. Commands.Select(command => ArchiveFile.Link($"bin/{command}", "busybox")),
            ArchiveFile.Folder("dev"),
            ArchiveFile.Folder("etc"),
            ArchiveFile.Of("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"u8.ToArray()),
            ArchiveFile.Of("etc/group", "root:x:0:\nnogroup:x:65534:\n"u8.ToArray()),
            ArchiveFile.Folder("proc"),
            ArchiveFile.Folder("root", "700"),
            ArchiveFile.Folder("sys"),
            ArchiveFile.Folder("tmp", "1777"),
            ArchiveFile.Folder("var"),
            ArchiveFile.Folder("var/log"),
        ],
        "busybox from the distribution's package");

    /// <summary>An image that runs one shell command.</summary>
    public static ArchiveImage Running(ReadOnlyMemory<byte> busybox, string tag, string command) => new()
    {
        Tag = tag,
        Command = ["sh", "-c", command],
        Environment = ["PATH=/bin"],
        WorkingDirectory = "/",
        Layers = [Layer(busybox)],
    };
}
