using Cloud.Nova.Servers;

namespace Cloud.Tests.Nova.Servers;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  a   b\tc ", "a|b|c")]
    [InlineData("sh -c 'echo \"a b\"'", "sh|-c|echo \"a b\"")]
    [InlineData("a \"b \\\" c\" ''", "a|b \" c|")]
    [InlineData("a\\ b c", "a b|c")]
    [InlineData("pre'mid'post", "premidpost")]
    [InlineData("'a\\b'", "a\\b")]
    [InlineData("$HOME *", "$HOME|*")]
    public void Split_KeepsTogetherWhatIsQuoted(string line, string words) =>
        Assert.Equal(words, string.Join('|', CommandLine.Split(line)));
}
