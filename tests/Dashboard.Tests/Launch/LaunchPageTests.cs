using System.Net;
using Bunit;
using Dashboard.Components;
using Dashboard.Launch;
using Dashboard.Tests.Images;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;
using OpenStack.Errors;

namespace Dashboard.Tests.Launch;

public sealed class LaunchPageTests : BunitContext
{
    private readonly TestLaunchCloud _cloud = new();
    private readonly FakeTimeProvider _time = new(TestImages.Now);

    public LaunchPageTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<ILaunchCloud>(_cloud);
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddScoped<LaunchDrafts>();
        Services.AddScoped<Announcements>();
    }

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Page_WhileLoading_SaysWhatIsAwaited()
    {
        _cloud.OnFacts = NeverAsync;

        var page = Render<LaunchPage>();

        Assert.Equal("Loading the launch form", page.Find("[role=status]").GetAttribute("aria-label"));
        Assert.Empty(page.FindAll("form"));
    }

    [Fact]
    public void Page_Loaded_IsReadyWithoutAnyInput()
    {
        var page = Render<LaunchPage>();

        Assert.Equal("align-worker", page.Find("#launch-name").GetAttribute("value"));
        Assert.True(page.Find($"input[value='{LaunchSamples.Worker}']").HasAttribute("checked"));
        Assert.True(page.Find("input[name=flavor][value='1']").HasAttribute("checked"));
        Assert.Null(page.Find("[type=submit]").GetAttribute("aria-disabled"));
    }

    [Fact]
    public void Page_ImageThatWaits_StandsThereDisabledWithTheReason()
    {
        var page = Render<LaunchPage>();

        var cards = page.FindAll("label.image-card");
        Assert.Contains("align-worker", cards[0].TextContent);
        Assert.Contains("Waiting for review: An administrator has to approve it before it boots.", cards[1].TextContent);
        Assert.True(cards[1].QuerySelector("input")!.HasAttribute("disabled"));
    }

    [Fact]
    public void Page_OneZone_OffersNoChoice()
    {
        _cloud.Facts = LaunchSamples.Facts() with { Zones = ["nova"] };

        Assert.Empty(Render<LaunchPage>().FindAll("#launch-zone"));
    }

    [Fact]
    public void Page_SeveralZones_LaunchesInTheChosenOne()
    {
        _cloud.Facts = LaunchSamples.Facts() with { Zones = ["north", "nova"] };
        var page = Render<LaunchPage>();
        Assert.Equal(["Any: Nova chooses", "north", "nova"], page.FindAll("#launch-zone option").Select(o => o.TextContent));

        page.Find("#launch-zone").Change("north");
        Assert.Contains("--availability-zone north", page.Markup, StringComparison.Ordinal);
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Equal("north", Assert.Single(_cloud.Launched).AvailabilityZone));
    }

    [Fact]
    public void Page_NoImageAtAll_SaysWhatToDo()
    {
        _cloud.Facts = LaunchSamples.Facts(images: []);

        var page = Render<LaunchPage>();

        Assert.Contains("This project sees no docker image.", page.Markup);
        Assert.Equal("true", page.Find("[type=submit]").GetAttribute("aria-disabled"));
        Assert.Contains("No image may boot yet", page.Find("#launch-why").TextContent);
    }

    [Fact]
    public void Page_FactsFail_SaysWhyAndRetries()
    {
        _cloud.OnFacts = _ => throw new OpenStackException("compute", HttpMethod.Get, null, null, "Nova does not answer.");
        var page = Render<LaunchPage>();
        Assert.Contains("The form could not be filled.", page.Find("[role=alert]").TextContent);

        _cloud.OnFacts = null;
        page.Find("[role=alert] button").Click();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("form.launch")));
    }

    [Fact]
    public async Task Page_DisposedWhileLoading_CancelsTheCall()
    {
        _cloud.OnFacts = NeverAsync;
        Render<LaunchPage>();

        await DisposeComponentsAsync();

        Assert.True(_cloud.LastFactsToken.IsCancellationRequested);
    }

    [Fact]
    public void Page_Reader_IsToldWhyNot()
    {
        _cloud.Viewer = TestImageCloud.Reader;

        var page = Render<LaunchPage>();

        Assert.Contains("Your role may look, not launch", page.Markup);
        Assert.Empty(page.FindAll("form"));
    }

    [Fact]
    public void Page_ImageInTheAddress_IsChosen()
    {
        _cloud.Facts = LaunchSamples.Facts(images: [TestImages.Approved("first", id: LaunchSamples.Worker), TestImages.Approved("second", id: "image-2")]);
        Navigation.NavigateTo("/launch?image=image-2");

        var page = Render<LaunchPage>();

        Assert.True(page.Find("input[value='image-2']").HasAttribute("checked"));
        Assert.Equal("second", page.Find("#launch-name").GetAttribute("value"));
    }

    [Fact]
    public void Page_CloudHandsOutPorts_LaunchesWithoutANetworkAndSaysWhy()
    {
        _cloud.Facts = LaunchSamples.Facts() with { OwnNetwork = false };
        var page = Render<LaunchPage>();

        page.FindAll("button").Single(b => b.TextContent.Contains("Network and access", StringComparison.Ordinal)).Click();
        var choices = page.FindAll("input[name=network]");
        page.Find("form").Submit();

        Assert.True(Assert.Single(choices).HasAttribute("checked"));
        Assert.Contains("containers can't be given this cloud's ports yet", page.Markup);
        page.WaitForAssertion(() => Assert.Equal("none", Assert.Single(_cloud.Launched).Networks));
    }

    [Fact]
    public void Page_LikeAServer_TakesItsSettings()
    {
        _cloud.Servers["s9"] = LaunchSamples.Server("web-1", "ERROR", id: "s9") with
        {
            Image = new(LaunchSamples.Worker),
            Flavor = new() { OriginalName = "m1.small" },
            Metadata = new Dictionary<string, string> { ["docker:command"] = "[\"date\"]" },
        };
        Navigation.NavigateTo("/launch?like=s9");

        var page = Render<LaunchPage>();

        Assert.Equal("date", page.Find("#launch-command").GetAttribute("value"));
        Assert.True(page.Find("input[name=flavor][value='2']").HasAttribute("checked"));
    }

    [Fact]
    public void Page_LikeAServerThatIsGone_SaysSoAndBeginsEmpty()
    {
        Navigation.NavigateTo("/launch?like=gone");

        var page = Render<LaunchPage>();

        Assert.Contains("The instance to be like could not be read.", page.Find("[role=alert]").TextContent);
        Assert.Equal("align-worker", page.Find("#launch-name").GetAttribute("value"));
    }

    [Fact]
    public void Page_OtherFlavor_ProjectsTheQuotaAndTheCommand()
    {
        var page = Render<LaunchPage>();

        page.Find("input[name=flavor][value='3']").Change("3");

        var meters = page.FindAll(".projection [role=meter]");
        Assert.Equal(["2 of 10", "3 of 20", "4096 of 16384"], meters.Select(m => m.GetAttribute("aria-valuetext")));
        Assert.Contains("8 GiB of 16 GiB", page.Find(".projection").TextContent);
        Assert.Contains("--flavor m1.medium", page.Find(".same-as pre").TextContent);
    }

    [Fact]
    public void Page_BrokenEnvironment_NamesTheLineAndSwitchesLaunchOff()
    {
        var page = Render<LaunchPage>();
        page.FindAll(".fold-head")[0].Click();

        page.Find("#launch-environment").Input("A=1\nbroken");

        Assert.Contains("Line 2: There is no = in it. Write NAME=VALUE.", page.Find("#launch-environment-help").TextContent);
        Assert.Equal("true", page.Find("[type=submit]").GetAttribute("aria-disabled"));
        page.Find("form.launch").Submit();
        Assert.Empty(_cloud.Launched);
        Assert.Contains("launch-environment", JSInterop.Invocations["dashboardFocus"].Select(i => i.Arguments[0]));
    }

    [Fact]
    public void Page_CommandFoldOpened_ShowsTheImagesOwnValues()
    {
        var page = Render<LaunchPage>();

        page.FindAll(".fold-head")[0].Click();

        Assert.Equal("--serve 'all lanes'", page.Find("#launch-command").GetAttribute("placeholder"));
        Assert.Equal("/bin/align", page.Find("#launch-entrypoint").GetAttribute("placeholder"));
        Assert.Contains("The image sets LANES itself", page.Markup);
    }

    [Fact]
    public void Page_ImageCannotBeInspected_SaysThatItsCommandIsNotKnown()
    {
        _cloud.OnInspect = _ => throw new DriverHost.Client.DriverHostException(null, "unreachable", "The driver host does not answer.");
        var page = Render<LaunchPage>();

        page.FindAll(".fold-head")[0].Click();

        Assert.Contains("The image's own command is not known. The driver host does not answer.", page.Markup);
    }

    [Fact]
    public async Task Launch_Runs_GoesToTheInstance()
    {
        var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Navigation.LocationChanged += (_, to) => arrived.TrySetResult(to.Location);
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("align-worker", "BUILD", "scheduling");
        var page = Render<LaunchPage>();

        page.Find("form.launch").Submit();
        page.WaitForAssertion(() => Assert.Contains("Choosing a host", page.Find(".timeline").TextContent));
        _cloud.Say(LaunchSamples.Spawning("fetching the image", 1_000_000, 4_000_000), _time.GetUtcNow());
        page.WaitForAssertion(() => Assert.Contains("1 MB of 4 MB", page.Find(".timeline").TextContent));
        Assert.True(page.Find("fieldset.launch-form").HasAttribute("disabled"));

        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("align-worker", "ACTIVE");
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.EndsWith($"/instances/{LaunchSamples.ServerId}", await arrived.Task.WaitAsync(Waits.Limit, TestContext.Current.CancellationToken));
        var request = Assert.Single(_cloud.Launched);
        Assert.Equal((LaunchSamples.Worker, "1", "align-worker"), (request.ImageRef, request.FlavorRef, request.Name));
        Assert.Null(Services.GetRequiredService<LaunchDrafts>().Kept);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "Quota exceeded for ram", "launch-flavor")]
    [InlineData(HttpStatusCode.Conflict, "The image is not active.", "launch-image")]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, "Quota exceeded for instances", "launch-flavor")]
    [InlineData(HttpStatusCode.BadRequest, "Invalid input for docker:command", "launch-command")]
    public void Launch_RefusedAtOnce_KeepsTheFormAndJumpsToTheField(HttpStatusCode status, string words, string field)
    {
        _cloud.OnLaunch = _ => throw LaunchSamples.Refusal(status, words);
        var page = Render<LaunchPage>();
        page.Find("#launch-name").Input("my-own name");

        page.Find("form.launch").Submit();

        page.WaitForAssertion(() => Assert.Contains(words, page.Find("#launch-failed").TextContent));
        Assert.Contains("req-5c1f", page.Find("#launch-failed").TextContent);
        Assert.Equal("my-own name", page.Find("#launch-name").GetAttribute("value"));
        Assert.False(page.Find("fieldset.launch-form").HasAttribute("disabled"));
        Assert.Contains(field, JSInterop.Invocations["dashboardFocus"].Select(i => i.Arguments[0]));
        Assert.DoesNotContain("Delete the failed instance", page.Markup);
    }

    [Fact]
    public void Launch_FailsAMinuteLater_KeepsTheFormAndOffersToDeleteWhatIsLeft()
    {
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("align-worker", "BUILD");
        var page = Render<LaunchPage>();
        page.FindAll(".fold-head")[0].Click();
        page.Find("#launch-command").Input("nonsense --x");
        page.Find("form.launch").Submit();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".timeline")));

        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("align-worker", "ERROR", fault: "The image has no program nonsense in its PATH. Check the command.");
        _time.Advance(TimeSpan.FromMinutes(1));
        page.WaitForAssertion(() => Assert.Contains("The image has no program nonsense", page.Find("#launch-failed").TextContent));

        Assert.Equal("nonsense --x", page.Find("#launch-command").GetAttribute("value"));
        Assert.Equal("true", page.Find("#launch-command").GetAttribute("aria-invalid"));
        Assert.EndsWith("/", Navigation.Uri);
        page.FindAll("#launch-failed button").Single(b => b.TextContent == "Delete the failed instance").Click();
        page.WaitForAssertion(() => Assert.Contains("What failed is deleted.", page.Find("#launch-failed").TextContent));
        Assert.Equal([LaunchSamples.ServerId], _cloud.Deleted);
    }

    [Fact]
    public void Launch_FailedInstanceCannotBeDeleted_SaysWhyAndKeepsTheButton()
    {
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("align-worker", "ERROR", fault: "No room.");
        _cloud.DeleteFailure = LaunchSamples.Refusal(HttpStatusCode.Conflict, "It is locked.");
        var page = Render<LaunchPage>();
        page.Find("form.launch").Submit();
        page.WaitForAssertion(() => Assert.Contains("No room.", page.Find("#launch-failed").TextContent));

        page.FindAll("#launch-failed button").Single(b => b.TextContent == "Delete the failed instance").Click();

        page.WaitForAssertion(() => Assert.Contains("Nova refused: It is locked.", page.Find("#launch-failed").TextContent));
        Assert.Contains(page.FindAll("#launch-failed button"), b => b.TextContent == "Delete the failed instance");
    }

    [Fact]
    public async Task Launch_PageLeftMeanwhile_StopsFollowingOnly()
    {
        _cloud.Servers[LaunchSamples.ServerId] = LaunchSamples.Server("align-worker", "BUILD");
        var page = Render<LaunchPage>();
        page.Find("form.launch").Submit();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".timeline")));

        await DisposeComponentsAsync();

        Assert.Empty(_cloud.Deleted);
        Assert.True(_cloud.LastFactsToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Draft_PageLeft_IsThereAgain()
    {
        var page = Render<LaunchPage>();
        page.Find("#launch-name").Input("kept");
        await DisposeComponentsAsync();

        page = Render<LaunchPage>();

        Assert.Equal("kept", page.Find("#launch-name").GetAttribute("value"));
        Assert.Contains("Draft kept", page.Markup);
    }

    [Fact]
    public void Fix_Clicked_TakesAsManyAsFit()
    {
        _cloud.Facts = LaunchSamples.Facts(LaunchSamples.Limits(mostRam: 7000));
        var page = Render<LaunchPage>();
        page.Find("#launch-count").Input("6");
        Assert.Contains("Over quota", page.Find(".checks").TextContent);

        page.Find(".checks .fix").Click();

        Assert.Equal("5", page.Find("#launch-count").GetAttribute("value"));
        Assert.Null(page.Find("[type=submit]").GetAttribute("aria-disabled"));
    }

    private static async Task<LaunchFacts> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new OperationCanceledException(cancellationToken);
    }
}
