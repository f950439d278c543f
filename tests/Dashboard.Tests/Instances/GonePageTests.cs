using System.Net;
using Bunit;
using Dashboard.Instances;
using DriverHost.Client;

namespace Dashboard.Tests.Instances;

public sealed class GonePageTests : InstancePagesContext
{
    [Fact]
    public void Page_Nothing_SaysWhatWillStandHere() => Assert.Contains("Nothing is gone yet", Render<GonePage>().Markup, StringComparison.Ordinal);

    [Fact]
    public void Page_Deleted_ListsThem()
    {
        Cloud.Gone.Add(TestInstances.Record("web"));

        var row = Render<GonePage>().Find("tbody tr");

        Assert.Equal($"/instances/{TestInstances.Id("web")}", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("12 lines", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OneHostSilent_ListsTheOthersAndNamesIt()
    {
        Cloud.Gone.Add(TestInstances.Record("web"));
        Cloud.GoneSilent = ["compute-2. The driver host does not answer."];

        var page = Render<GonePage>();

        Assert.Single(page.FindAll("tbody tr"));
        Assert.Equal("Not listed: what is kept on compute-2. The driver host does not answer.", page.Find("[role=status]").TextContent);
    }

    [Fact]
    public void Page_Refused_SaysWhyAndRetries()
    {
        Cloud.GoneFailure = new DriverHostException(HttpStatusCode.ServiceUnavailable, "keystone_unreachable", "Keystone does not answer.");
        var page = Render<GonePage>();
        Assert.Contains("Keystone does not answer.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);

        Cloud.GoneFailure = null;
        page.Act(() => page.Find("[role=alert] button.o").Click());

        page.WaitForAssertion(() => Assert.Contains("Nothing is gone yet", page.Markup, StringComparison.Ordinal));
    }
}
