using System.Net;
using Bunit;
using Dashboard.Hosts;
using Dashboard.Images;
using Dashboard.Tests.Images;
using Dashboard.Tests.Instances;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;
using OpenStack.Nova;

namespace Dashboard.Tests.Hosts;

/// <summary>Images that the hosts of an aggregate fetch before anybody asks for them.</summary>
public sealed class FetchImageTests : BunitContext
{
    private static readonly string Busybox = TestImages.Id;
    private readonly TestHostsCloud _cloud = new();
    private readonly TestImageCloud _images = new();

    public FetchImageTests()
    {
        var time = new FakeTimeProvider(TestImages.Now);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<IHostsCloud>(_cloud);
        Services.AddSingleton<IImageList>(new Dashboard.Images.ImageList(_images, time));
        Services.AddSingleton<TimeProvider>(time);
        _cloud.Scheduling = new([], [new Aggregate { Id = 1, Name = "rack-1", Hosts = ["compute-1", "compute-2"] }, new Aggregate { Id = 2, Name = "empty" }]);
    }

    [Fact]
    public void Fetch_AnApprovedImage_AsksTheAggregateAndSaysItAsACommand()
    {
        _images.Glance.With(TestImages.Approved("busybox"), TestImages.Docker("waits", id: "22222222-2222-2222-2222-222222222222"));
        var (page, dialogs) = Open();

        var offered = dialogs.WaitForElements("option").Select(o => o.TextContent).ToList();
        Press(dialogs, "Fetch");

        Assert.Equal("busybox", Assert.Single(offered).Split(',')[0]);
        Assert.Equal([("rack-1", Busybox)], _cloud.Fetched);
        page.WaitForAssertion(() => Assert.Contains($"openstack aggregate cache image rack-1 {Busybox}", page.Find(".receipt").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Fetch_NovaRefuses_StaysOpenAndSaysWhy()
    {
        _images.Glance.With(TestImages.Approved("busybox"));
        _cloud.ChangeFailure = TestCompute.Refusal(HttpStatusCode.Forbidden, "Policy does not allow it.");
        var (_, dialogs) = Open();
        dialogs.WaitForElement("option");

        Press(dialogs, "Fetch");

        Assert.Contains("Policy does not allow it.", dialogs.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("The hosts of rack-1 were not asked.", dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_NothingIsApproved_SaysSo()
    {
        var (_, dialogs) = Open();

        dialogs.WaitForAssertion(() => Assert.Contains("No image is approved", dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Button(dialogs, "Fetch").HasAttribute("disabled"));
    }

    [Fact]
    public void Aggregate_WithoutHosts_OffersNothing() => Assert.Single(Render<HostsPage>().FindAll("button"), b => b.TextContent == "Fetch an image…");

    private (IRenderedComponent<HostsPage> Page, IRenderedComponent<MudDialogProvider> Dialogs) Open()
    {
        var dialogs = Render<MudDialogProvider>();
        var page = Render<HostsPage>();
        page.Act(() => page.Find("[aria-label='Fetch an image ahead on rack-1']").Click());
        return (page, dialogs);
    }

    private static void Press(IRenderedComponent<MudDialogProvider> dialogs, string words) => dialogs.Act(() => Button(dialogs, words).Click());

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<MudDialogProvider> dialogs, string words) => dialogs.FindAll("button").Single(b => b.TextContent.Trim() == words);
}
