using DriverHost.Images;

namespace TestKit;

/// <summary>Small images as <c>docker save</c> would write them, made of /bin/busybox and one shell command.</summary>
public static class TestImages
{
    /// <param name="change">Makes the image unusual: a user, ports, more layers.</param>
    public static byte[] Running(string command, string tag = "test:latest", Func<ArchiveImage, ArchiveImage>? change = null)
    {
        var image = BusyboxImage.Running(File.ReadAllBytes(BusyboxImage.Program), tag, command);
        using var archive = new MemoryStream();
        DockerArchiveWriter.Write(archive, change is null ? image : change(image));
        return archive.ToArray();
    }

    /// <summary>The same as a file, for clients that read one.</summary>
    public static string WriteFile(string folder, string command, string tag = "test:latest")
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid():n}.tar");
        File.WriteAllBytes(file, Running(command, tag));
        return file;
    }
}
