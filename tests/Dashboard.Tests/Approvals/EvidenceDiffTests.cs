using Dashboard.Approvals;
using DriverHost.Client;

namespace Dashboard.Tests.Approvals;

public sealed class EvidenceDiffTests
{
    private static readonly LayerEvidence Base = new("sha256:ba5e", 4000, 10, 0);
    private static readonly LayerEvidence Old = new("sha256:01d0", 900, 1, 0);
    private static readonly LayerEvidence Fresh = new("sha256:f4e5", 950, 1, 1);

    private readonly ImageEvidence _before = ApprovalDecisionsTests.Evidence() with { User = "1000", Environment = ["A=1", "B=2"], Ports = [], Layers = [Base, Old] };

    [Fact]
    public void Of_UserBecomesRoot_IsWeighty()
    {
        var user = Setting(_before with { User = "" }, EvidenceDiff.User);

        Assert.True(user.Weighty);
        Assert.Equal(["1000"], user.Removed);
        Assert.Equal(["root"], user.Added);
    }

    [Fact]
    public void Of_UserLeavesRoot_IsAChangeButNotWeighty()
    {
        var diff = EvidenceDiff.Of(_before with { User = "root" }, _before);

        Assert.False(diff.Settings.Single(s => s.Setting == EvidenceDiff.User).Weighty);
    }

    [Fact]
    public void Of_Environment_IsTakenApart()
    {
        var environment = Setting(_before with { Environment = ["B=2", "C=3"] }, "Environment");

        Assert.Equal(["A=1"], environment.Removed);
        Assert.Equal(["B=2"], environment.Kept);
        Assert.Equal(["C=3"], environment.Added);
    }

    [Fact]
    public void Of_Layers_AreComparedByTheirIds()
    {
        var diff = EvidenceDiff.Of(_before, _before with { Layers = [Base, Fresh] });

        Assert.Equal([('=', "sha256:ba5e"), ('-', "sha256:01d0"), ('+', "sha256:f4e5")], diff.Layers.Select(l => (l.Sign, l.DiffId)));
        Assert.Equal(950, diff.AddedBytes);
        Assert.Equal(1, diff.SharedLayers);
        Assert.Equal(1, diff.NewSetuidFiles);
    }

    [Fact]
    public void Of_TheSame_IsSmall()
    {
        var diff = EvidenceDiff.Of(_before, _before);

        Assert.True(diff.IsSmall);
        var layers = Assert.Single(diff.Layers);
        Assert.Equal((2, 4900), (layers.Count, layers.Size));
    }

    [Fact]
    public void LayerNames_HistoryThatDoesNotFit_ClaimsNothing()
    {
        Assert.Equal(["", ""], EvidenceDiff.LayerNames(_before with { History = [new(null, "COPY a", false)] }));
        Assert.Equal(["ADD b", "COPY a"], EvidenceDiff.LayerNames(_before with { History = [new(null, "/bin/sh -c #(nop) ADD b", false), new(null, "ENV", true), new(null, "COPY a", false)] }));
    }

    private SettingDiff Setting(ImageEvidence after, string name) => EvidenceDiff.Of(_before, after).Settings.Single(s => s.Setting == name);
}
