using Dashboard.Launch;
using TestKit;

namespace Dashboard.Tests.Launch;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  date  -u ", new[] { "date", "-u" })]
    [InlineData("sh -c 'echo \"hi\" $HOME'", new[] { "sh", "-c", "echo \"hi\" $HOME" })]
    [InlineData("echo \"a \\\"b\\\" \\$c \\n\"", new[] { "echo", "a \"b\" $c \\n" })]
    [InlineData("one\\ word ''", new[] { "one word", "" })]
    [InlineData("--name='x y'z", new[] { "--name=x yz" })]
    [InlineData("[\"sh\", \"-c\", \"date; sleep 1\"]", new[] { "sh", "-c", "date; sleep 1" })]
    public void Read_Line_GivesTheWordsOfAShell(string line, string[] words)
    {
        var (read, error) = ShellWords.Read(line);

        Assert.Null(error);
        Assert.Equal(words, read);
    }

    [Theory]
    [InlineData("echo 'open", "A ' is opened and not closed.")]
    [InlineData("echo \"open", "A \" is opened and not closed.")]
    [InlineData("echo \\", "The line ends with a lone \\.")]
    [InlineData("[\"sh\", 3]", "no JSON list of texts")]
    [InlineData("[\"sh\", null]", "texts only")]
    [InlineData("[ -f x ]", "no JSON list of texts")]
    public void Read_Broken_SaysWhatIsWrong(string line, string words)
    {
        var (read, error) = ShellWords.Read(line);

        Assert.Empty(read);
        Assert.Contains(words, error);
    }

    [Fact]
    public async Task Join_AnyWords_AreReadBackByARealShell()
    {
        string[] words = ["plain", "two words", "it's", "\"double\"", "$HOME `id` $(id)", "back\\slash", "new\nline", "", "*", "~", "#x", "a;b|c&d", "ä€", "--opt=1"];

        var output = (await Command.RunAsync("sh", "-c", $"for word in {ShellWords.Join(words)}; do printf '<%s>' \"$word\"; done")).Output;

        Assert.Equal(string.Concat(words.Select(w => $"<{w}>")), output);
        Assert.Equal(words, ShellWords.Read(ShellWords.Join(words)).Words);
    }

    [Fact]
    public void ToJson_Words_KeepTheirQuotesReadable()
    {
        var json = ShellWords.ToJson(["sh", "-c", "echo 'it' <b>"]);

        Assert.Equal("[\"sh\",\"-c\",\"echo 'it' <b>\"]", json);
        Assert.Equal("sh -c 'echo '\\''it'\\'' <b>'", ShellWords.FromJson(json));
        Assert.Null(ShellWords.FromJson("[1]"));
    }
}
