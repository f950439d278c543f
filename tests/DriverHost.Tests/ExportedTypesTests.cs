using DriverHost.Client;

namespace DriverHost.Tests;

public sealed class ExportedTypesTests
{
    /// <summary>The hosting, and what makes archives for the cloud's demonstration image and for tests.</summary>
    private static readonly string[] BesideTheClient = ["ArchiveFile", "ArchiveImage", "ArchiveLayer", "BusyboxImage", "DockerArchiveWriter", "DriverHostHosting", "DriverHostOptions"];

    [Fact]
    public void DriverHost_ExportsItsClientAndHostingAlone_SoThatNobodyElseTouchesTheEngine()
    {
        var exported = typeof(DriverHostClient).Assembly.GetExportedTypes();

        Assert.Equal(BesideTheClient, exported.Where(t => t.Namespace != typeof(DriverHostClient).Namespace).Select(t => t.Name).Order());
        Assert.DoesNotContain(exported.SelectMany(t => t.GetProperties()), p => p.PropertyType.Namespace?.StartsWith("Docker.", StringComparison.Ordinal) is true);
    }
}
