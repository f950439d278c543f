using System.Runtime.InteropServices;

namespace DriverHost.Images;

internal static class HostPlatform
{
    /// <summary>This host's processor in the words of image configs.</summary>
    public static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    public static void Require(DockerArchive image)
    {
        if (image.Architecture != Architecture)
        {
            throw new ArchiveRefused($"It is for {image.Architecture ?? "an unknown processor"}, this host's processor is {Architecture}.", "wrong_platform");
        }
    }
}
