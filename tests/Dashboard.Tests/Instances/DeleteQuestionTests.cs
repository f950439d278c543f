using Dashboard.Instances;

namespace Dashboard.Tests.Instances;

public sealed class DeleteQuestionTests
{
    [Fact]
    public void Of_One_AsksByNameSaysWhatIsLostAndOffersASnapshot()
    {
        var question = DeleteQuestion.Of([Views.Of("web-1")]);

        Assert.Equal("Delete web-1?", question.Title);
        Assert.Contains(question.Body, line => line.StartsWith("Lost for good", StringComparison.Ordinal));
        Assert.Equal("Snapshot first…", question.Alternative);
        Assert.Null(question.TypeName);
    }

    [Fact]
    public void Of_OneWithoutContainer_OffersNoSnapshot() => Assert.Null(DeleteQuestion.Of([Views.Of("web-1", TestInstances.Host("web-1", DriverHost.Client.InstanceState.Error))]).Alternative);

    [Fact]
    public void Of_MoreThanTen_NamesTenAndWantsTheNumberTyped()
    {
        var question = DeleteQuestion.Of([.. Enumerable.Range(1, 11).Select(i => Views.Of($"web-{i}"))]);

        Assert.Equal("Delete 11 instances?", question.Title);
        Assert.Equal("11", question.TypeName);
        Assert.EndsWith("web-10 and 1 more.", question.Body[0], StringComparison.Ordinal);
    }
}
