using OpenStack.Session;

namespace OpenStack.Tests;

public sealed class ExportedTypesTests
{
    private static readonly string[] Rooms = ["OpenStack.Errors", "OpenStack.Glance", "OpenStack.Keystone", "OpenStack.Nova", "OpenStack.Placement", "OpenStack.Session"];

    [Fact]
    public void OpenStack_ExportsTheFourProtocolsTheSessionAndOneError()
    {
        var exported = typeof(OpenStackSession).Assembly.GetExportedTypes();

        Assert.Equal(Rooms, exported.Select(t => t.Namespace!).Distinct().Order());
        Assert.Equal(["OpenStackException"], In("OpenStack.Errors"));
        Assert.Equal(["CatalogRegions", "KeystoneClient", "OpenStackSession"], In("OpenStack.Session"));
        Assert.All(["IGlanceApi", "IKeystoneApi", "INovaApi", "IPlacementApi"], name => Assert.Single(exported, t => t.Name == name));

        IEnumerable<string> In(string room) => exported.Where(t => t.Namespace == room).Select(t => t.Name).Order();
    }
}
