using DriverHost.Alerts;
using DriverHost.Client;
using DriverHost.Http;

namespace DriverHost.Tests.Alerts;

/// <summary>What is no rule, in words.</summary>
public sealed class AlertSpecCheckTests
{
    private static readonly AlertRuleSpec Good = new() { Name = "errors", Text = "error" };

    public static TheoryData<string, string> Wrong => new()
    {
        { """{"name":" ","text":"x"}""", "name is what people call the rule" },
        { """{"name":"a\nb","text":"x"}""", "name is what people call the rule" },
        { """{"name":"a"}""", "Say what the rule waits for" },
        { """{"name":"a","text":"x","events":["oom"]}""", "A rule waits for lines or for events, not for both." },
        { """{"name":"a","events":["end"]}""", "There is no event 'end'." },
        { """{"name":"a","events":[null]}""", "There is no event ''." },
        { """{"name":"a","text":"(","regex":true}""", "This is not a regular expression" },
        { """{"name":"a","text":"(?=x)","regex":true}""", "takes no look-around" },
        { """{"name":"a","text":"x","level":"bad"}""", "level is error or warning." },
        { """{"name":"a","text":"x","stream":"both"}""", "stream is out or err." },
        { """{"name":"a","text":"x","cooldown_seconds":9}""", "The cooldown is 10 to 86,400 seconds" },
        { """{"name":"a","text":"x","cooldown_seconds":86401}""", "The cooldown is 10 to 86,400 seconds" },
        { """{"name":"a","text":"x","webhook":"ftp://example.org/"}""", "The webhook is an address like" },
        { """{"name":"a","text":"x","webhook":"/path"}""", "The webhook is an address like" },
        { """{"name":"a","text":"x","webhook":"https://me:secret@example.org/"}""", "must not hold a user name or password" },
        { """{"name":"a","text":"x","webhook":"http://127.0.0.1:9/"}""", "127.0.0.1 is this machine's own address" },
        { """{"name":"a","text":"x","webhook":"http://2130706433/"}""", "127.0.0.1 is this machine's own address" },
        { """{"name":"a","text":"x","webhook":"http://[::ffff:10.0.0.1]/"}""", "is a private address" },
        { """{"name":"a","text":"x","webhook":"http://169.254.169.254/latest"}""", "a link-local address, as cloud metadata has" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Rule_ThatIsWrong_IsRefusedInWords(string json, string words)
    {
        var spec = System.Text.Json.JsonSerializer.Deserialize(json, DriverHostJson.Default.AlertRuleSpec)!;

        var refused = Assert.Throws<DriverFailure>(() => AlertSpecCheck.Require(spec, AlertAddressesTests.Allowing()));

        Assert.Equal(400, refused.Status);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_ThatLeavesThingsOut_HasTheirDefaults()
    {
        var spec = System.Text.Json.JsonSerializer.Deserialize("""{"name":"a","level":"error"}""", DriverHostJson.Default.AlertRuleSpec)!;

        Assert.Equal(("", 300, 0), (spec.Text, spec.CooldownSeconds, spec.Events.Count));
    }

    [Fact]
    public void Rule_ThatIsRight_IsKeptTidy()
    {
        var kept = AlertSpecCheck.Require(Good with { Name = " errors ", Webhook = " HTTPS://Example.org/a?b=c " }, AlertAddressesTests.Allowing());

        Assert.Equal(("errors", "https://example.org/a?b=c"), (kept.Name, kept.Webhook));
        Assert.Null(AlertSpecCheck.Require(Good with { Webhook = " " }, AlertAddressesTests.Allowing()).Webhook);
    }
}
