using Dashboard.Instances;
using Dashboard.Tests.Images;

namespace Dashboard.Tests.Instances;

public sealed class ActionRulesTests
{
    /// <summary>Every phase with all that is possible in it.</summary>
    private static readonly Dictionary<Phase, string> Table = new()
    {
        [Phase.Building] = "Delete",
        [Phase.Running] = "Stop Restart Pause Snapshot Delete",
        [Phase.Paused] = "Unpause Snapshot Delete",
        [Phase.Stopped] = "Start Snapshot Delete",
        [Phase.Busy] = "Delete",
        [Phase.Deleting] = "",
        [Phase.Broken] = "Delete",
        [Phase.Missing] = "Delete",
        [Phase.Unknown] = "Delete",
        [Phase.Other] = "Delete",
    };

    public static TheoryData<Phase> Phases => [.. Enum.GetValues<Phase>()];

    [Theory, MemberData(nameof(Phases))]
    public void Offers_EveryPhase_AllowsWhatTheTableSaysAndGivesAReasonForTheRest(Phase phase)
    {
        var offers = ActionRules.Offers(phase, "Stopping", locked: false, null, TestImageCloud.Member);

        Assert.Equal(InstanceActions.All, offers.Select(o => o.Action));
        Assert.Equal(Table[phase], string.Join(' ', offers.Where(o => o.Allowed).Select(o => o.Action)));
        Assert.All(offers.Where(o => !o.Allowed), o => Assert.EndsWith(".", o.WhyNot, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Phases))]
    public void Offers_Reader_AllowsNothingAndSaysWhy(Phase phase) =>
        Assert.All(ActionRules.Offers(phase, "", locked: false, null, TestImageCloud.Reader), o => Assert.Contains("role", o.WhyNot, StringComparison.Ordinal));

    [Fact]
    public void Offers_Locked_AllowsOnlyAdministrators()
    {
        Assert.All(ActionRules.Offers(Phase.Running, "", locked: true, "do not touch", TestImageCloud.Member), o => Assert.Equal("Locked: do not touch", o.WhyNot));
        Assert.Contains(ActionRules.Offers(Phase.Running, "", locked: true, null, TestImageCloud.Administrator), o => o.Allowed);
    }

    [Fact]
    public void Offers_Busy_NamesWhatRuns() =>
        Assert.StartsWith("Stopping is under way", ActionRules.Offers(Phase.Busy, "Stopping", false, null, TestImageCloud.Member)[(int)InstanceAction.Start].WhyNot, StringComparison.Ordinal);

    [Theory]
    [InlineData("ACTIVE", "powering-off", "Stopping is under way. Try again when it has ended.")]
    [InlineData("SHUTOFF", null, null)]
    [InlineData("SHUTOFF", "image_uploading", null)]
    public void Start_TheEngineIsDoneAndNovaIsNot_WaitsForNova(string status, string? task, string? whyNot)
    {
        var view = Views.Of("web", TestInstances.Exited("web", 0, wanted: false), s => s with { Status = status, TaskState = task });

        Assert.Equal(whyNot, view.Offer(InstanceAction.Start).WhyNot);
        // What is seen is the engine's word all the same.
        Assert.Equal(Phase.Stopped, view.Standing.Phase);
    }
}
