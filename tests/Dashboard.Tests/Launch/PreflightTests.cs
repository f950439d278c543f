using Dashboard.Images;
using Dashboard.Launch;
using Dashboard.Tests.Images;

namespace Dashboard.Tests.Launch;

public sealed class PreflightTests
{
    private readonly LaunchDraft _draft = LaunchSamples.Draft();
    private LaunchFacts _facts = LaunchSamples.Facts();
    private Viewer _viewer = TestImageCloud.Member;

    private Preflight Check => Preflight.Check(_facts, LaunchSpec.Read(_draft), _viewer);

    [Fact]
    public void Check_GoodDraft_IsReadyLineByLine()
    {
        Assert.Equal(
            [
                ("Image is approved", "content matches the approval of 1 Nov 2026"), ("Flavor fits the image", "4 GiB of memory, then the process is killed"),
                ("Quota", "8 instances, 17 CPUs, 12 GiB free"), ("Name", "free in this project"), ("Network", "genomics's own; no port is open to the outside"),
            ],
            Check.Lines.Select(l => (l.What, l.Evidence)));
        Assert.All(Check.Lines, l => Assert.Equal(CheckResult.Good, l.Result));
        Assert.Equal("Ready to launch", Check.Title);
    }

    [Fact]
    public void Check_NoImage_SendsToTheImages()
    {
        _draft.ImageId = null;

        Bad("No image", f => f.Field == LaunchField.Image);
    }

    [Fact]
    public void Check_NoImageAtAll_SendsToUpload()
    {
        (_facts, _draft.ImageId) = (LaunchSamples.Facts(images: [TestImages.Docker()]), null);

        Bad("No image may boot yet", f => f.Href == "/images");
    }

    [Fact]
    public void Check_ImageDeletedMeanwhile_SaysSo()
    {
        _draft.ImageId = "gone";

        Bad("The image is gone", f => f.Field == LaunchField.Image);
    }

    [Theory]
    [InlineData(false, null, LaunchField.Image)]
    [InlineData(true, "/approvals", null)]
    public void Check_ImageWaits_AdministratorsAreSentToReviewIt(bool administrator, string? href, object? field)
    {
        _viewer = administrator ? TestImageCloud.Administrator : TestImageCloud.Member;
        _draft.ImageId = LaunchSamples.Ingest;

        var line = Bad("The image may not boot", f => f.Href == href && Equals(f.Field, field));

        Assert.StartsWith("Waiting for review", line.Evidence);
    }

    [Fact]
    public void Check_NoFlavor_SendsToTheFlavors()
    {
        _draft.FlavorId = null;

        Bad("No flavor", f => f.Field == LaunchField.Flavor);
    }

    [Fact]
    public void Check_FlavorTooSmallForTheImage_OffersOneThatFits()
    {
        _facts = LaunchSamples.Facts(images: [TestImages.Approved(id: LaunchSamples.Worker) with { MinRam = 6000 }]);

        Bad("m1.medium is too small", f => f.FlavorId == LaunchSamples.Large.Id);
    }

    [Fact]
    public void Check_OverQuota_OffersTheLargestThatFits()
    {
        _facts = LaunchSamples.Facts(LaunchSamples.Limits(mostRam: 7000));

        var line = Bad("Over quota", f => f.FlavorId == LaunchSamples.Small.Id);

        Assert.Equal("memory: 1.2 GiB over 6.8 GiB. An operator can raise it.", line.Evidence);
    }

    [Fact]
    public void Check_TooMany_OffersAsManyAsFit()
    {
        _draft.Count = 9;

        Bad("Over quota", f => f.Count == 3);
    }

    [Fact]
    public void Check_NoRoomForAny_SendsToTheInstances()
    {
        _facts = LaunchSamples.Facts(LaunchSamples.Limits(mostInstances: 2));

        Bad("Over quota", f => f.Href == "/instances");
    }

    [Fact]
    public void Check_OnlyServiceDisabled_StopsWithTheReason()
    {
        _facts = _facts with { Hosts = new([LaunchSamples.Service("disabled", reason: "new disk")], []) };

        Assert.Equal("compute-1 is disabled: new disk", Bad("No host takes instances", f => f.Href == "/hosts").Evidence);
    }

    [Fact]
    public void Check_OnlyServiceDown_Stops()
    {
        _facts = _facts with { Hosts = new([LaunchSamples.Service(state: "down")], [new("compute-1", LaunchSamples.Host())]) };

        Assert.Equal("compute-1 is down", Bad("No host takes instances", f => f.Href == "/hosts").Evidence);
    }

    [Fact]
    public void Check_EngineSilent_Stops()
    {
        _facts = _facts with { Hosts = new([], [new("compute-1", LaunchSamples.Host(answers: false))]) };

        Bad("The engine is silent", f => f.Href == "/hosts");
    }

    [Theory]
    [InlineData(8192, 2048, 4, CheckResult.Good, "Fits the host")]
    [InlineData(8192, 6000, 4, CheckResult.Warning, "The host is full")]
    [InlineData(8192, 2048, 1, CheckResult.Warning, "More CPUs than the host")]
    public void Check_HostKnown_SaysHowFullItIs(long memory, long used, int cpus, object result, string what)
    {
        _facts = _facts with { Hosts = new([LaunchSamples.Service()], [new("compute-1", LaunchSamples.Host(memory, used, cpus))]) };

        Assert.Contains(Check.Lines, l => l.What == what && l.Result == (CheckResult)result);
        Assert.True(Check.Ready);
    }

    [Theory]
    [InlineData(7000, CheckResult.Good, "Fits a host", "compute-2 has 1.2 GiB left to promise")]
    [InlineData(7900, CheckResult.Warning, "The hosts are full", "the emptiest, compute-2, has 292 MiB of 8 GiB left to promise")]
    public void Check_SeveralHosts_LooksAtTheEmptiestThatTakesInstances(long used, object result, string what, string evidence)
    {
        _facts = _facts with
        {
            Hosts = new(
                [LaunchSamples.Service(), LaunchSamples.Service() with { Id = "2", Host = "compute-2" }, LaunchSamples.Service("disabled") with { Id = "3", Host = "compute-3" }],
                [new("compute-1", LaunchSamples.Host(8192, 8192)), new("compute-2", LaunchSamples.Host(8192, used)), new("compute-3", LaunchSamples.Host())]),
        };
        _draft.FlavorId = LaunchSamples.Tiny.Id;

        var line = Check.Lines.Single(l => l.What == what);
        Assert.Equal(((CheckResult)result, evidence), (line.Result, line.Evidence));
    }

    [Fact]
    public void Check_HostSilent_WarnsOnly()
    {
        _facts = _facts with { Hosts = new([LaunchSamples.Service()], [new("compute-1", null, "The driver host does not answer.")]) };

        Assert.Contains(Check.Lines, l => l.What == "Host not known" && l.Result == CheckResult.Warning);
        Assert.Equal("Ready to launch, with 1 warning", Check.Title);
    }

    [Fact]
    public void Check_NoName_SendsToTheName()
    {
        _draft.Name = "  ";

        Bad("No name", f => f.Field == LaunchField.Name);
    }

    [Fact]
    public void Check_NameTaken_WarnsOnly()
    {
        _facts = LaunchSamples.Facts(names: "align-worker");

        Assert.Contains(Check.Lines, l => l.What == "The name is taken" && l.Result == CheckResult.Warning);
        Assert.True(Check.Ready);
    }

    [Theory]
    [InlineData("A=1\nB", "", "Environment can't be read", LaunchField.Environment)]
    [InlineData("", "echo '", "Command can't be read", LaunchField.Command)]
    public void Check_UnreadableSetting_SendsThere(string environment, string command, string what, object field)
    {
        (_draft.Environment, _draft.Command) = (environment, command);

        Bad(what, f => f.Field == (LaunchField)field);
    }

    [Fact]
    public void Check_NoNetwork_IsSaid()
    {
        _draft.Network = LaunchDraft.NoNetwork;

        Assert.Contains(Check.Lines, l => l is { What: "No network", Result: CheckResult.Good });
    }

    private CheckLine Bad(string what, Func<CheckFix, bool> fix)
    {
        var line = Assert.Single(Check.Lines, l => l.Result == CheckResult.Bad);
        Assert.Equal(what, line.What);
        Assert.True(line.Fix is not null && fix(line.Fix), $"The fix is {line.Fix}");
        Assert.False(Check.Ready);
        Assert.Equal("Not ready: 1 thing to settle", Check.Title);
        return line;
    }
}
