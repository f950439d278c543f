using Dashboard.Launch;

namespace Dashboard.Tests.Launch;

public sealed class EnvironmentTextTests
{
    [Fact]
    public void Parse_DotEnvFile_ReadsNamesAndValues()
    {
        var read = EnvironmentText.Parse("# comment\r\n\r\nLEVEL=debug\r\nexport LANES = 8\nURL=http://x/?a=b#c\nQUOTED=\"two\\nlines \\\"q\\\"\"\nSINGLE='as $it is\\n'\nEMPTY=\n");

        Assert.Empty(read.Errors);
        Assert.Equal(
            [new("LEVEL", "debug"), new("LANES", "8"), new("URL", "http://x/?a=b#c"), new("QUOTED", "two\nlines \"q\""), new("SINGLE", "as $it is\\n"), new("EMPTY", "")],
            read.Variables);
    }

    [Theory]
    [InlineData("LEVEL", "There is no = in it.")]
    [InlineData("=x", "There is no name before the =.")]
    [InlineData("1ST=x", "1ST is no name for a variable")]
    [InlineData("A-B=x", "A-B is no name for a variable")]
    [InlineData("A='x", "A ' is opened and not closed on this line.")]
    [InlineData("A=\"", "A \" is opened and not closed on this line.")]
    public void Parse_BrokenLine_IsNamedByItsNumberAndTheOthersStay(string line, string words)
    {
        var read = EnvironmentText.Parse($"FIRST=1\n\n{line}\nLAST=2");

        var error = Assert.Single(read.Errors);
        Assert.Equal(3, error.Line);
        Assert.StartsWith(words, error.Words);
        Assert.Equal(["FIRST", "LAST"], read.Variables.Select(v => v.Key));
    }

    [Fact]
    public void Parse_NameTwice_NamesTheFirstLine()
    {
        var error = Assert.Single(EnvironmentText.Parse("A=1\nB=2\nA=3").Errors);

        Assert.Equal(new EnvironmentError(3, "A is set twice: line 1 has it already."), error);
    }

    [Fact]
    public void Parse_LongValue_SaysHowMuchNovaKeeps()
    {
        Assert.Empty(EnvironmentText.Parse($"A={new string('x', 255)}").Errors);

        var error = Assert.Single(EnvironmentText.Parse($"A={new string('x', 256)}").Errors);

        Assert.Equal("The value of A has 256 characters; Nova keeps 255 at most.", error.Words);
    }

    [Fact]
    public void Write_AnyValues_ParseToTheSame()
    {
        KeyValuePair<string, string>[] variables = [new("A", "plain"), new("B", " spaces "), new("C", "two\nlines"), new("D", "\"q\" \\n"), new("E", ""), new("F", "'"), new("G", "back\\slash"), new("H", " \\ \"x\"\n")];

        Assert.Equal(variables, EnvironmentText.Parse(EnvironmentText.Write(variables)).Variables);
    }
}
