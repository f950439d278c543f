using System.Net;
using System.Text;
using DriverHost.Alerts;

namespace DriverHost.Tests.Alerts;

/// <summary>One call of a webhook.</summary>
public sealed class AlertWebhookTests : IAsyncLifetime
{
    private static readonly byte[] Body = "{\"text\":\"hello\"}"u8.ToArray();
    private WebhookListener _listener = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Uri Url => new($"{_listener.Url}/secret/path");

    public async ValueTask InitializeAsync() => _listener = await WebhookListener.StartAsync();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [Fact]
    public async Task Post_IsSigned_AndCarriesNothingElse()
    {
        using var webhook = Webhook(allow: "127.0.0.0/8");

        var answer = await webhook.PostAsync(Url, "key", "rule-7", Body, Cancelled);
        var posted = await _listener.NextAsync();

        Assert.True(answer.Delivered);
        Assert.Equal(("/secret/path", "rule-7"), (posted.Path, posted.Delivery));
        Assert.Equal(Body, posted.Body);
        Assert.Equal("sha256=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes("key"), Body)), posted.Signature);
        Assert.Equal(["Content-Length", "Content-Type", "Host", "User-Agent", AlertWebhook.DeliveryHeader, AlertWebhook.SignatureHeader], posted.Headers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Post_ToAnAddressThatIsNotAllowed_ConnectsToNothing()
    {
        using var webhook = Webhook();

        var answer = await webhook.PostAsync(Url, "key", "1", Body, Cancelled);

        Assert.Equal((false, true), (answer.Delivered, answer.Final));
        Assert.StartsWith("127.0.0.1 is this machine's own address, which webhooks may not reach.", answer.Words, StringComparison.Ordinal);
        _listener.AssertNoMore();
    }

    [Fact]
    public async Task Post_ToANameThatAnswersDifferentlyTheSecondTime_IsJudgedEachTime()
    {
        // The first answer may be reached, the second may not: 127.0.0.2 stands for what must not be reached.
        var answers = new Queue<string>(["127.0.0.1", "127.0.0.2"]);
        using var webhook = Webhook(allow: "127.0.0.1/32", resolve: (_, _) => Task.FromResult(new[] { IPAddress.Parse(answers.Dequeue()) }));
        var url = new UriBuilder(Url) { Host = "rebinding.example" }.Uri;

        var first = await webhook.PostAsync(url, "key", "1", Body, Cancelled);
        var second = await webhook.PostAsync(url, "key", "2", Body, Cancelled);

        Assert.True(first.Delivered);
        Assert.Equal((false, true), (second.Delivered, second.Final));
        Assert.Contains("rebinding.example is this machine's own address", second.Words, StringComparison.Ordinal);
        Assert.Equal("1", (await _listener.NextAsync()).Delivery);
        _listener.AssertNoMore();
    }

    [Fact]
    public async Task Post_ToANameWithSeveralAddresses_TakesOnlyThoseThatAreAllowed()
    {
        using var webhook = Webhook(allow: "127.0.0.1/32", resolve: (_, _) => Task.FromResult(new[] { IPAddress.Parse("169.254.169.254"), IPAddress.Parse("127.0.0.1") }));

        var answer = await webhook.PostAsync(new UriBuilder(Url) { Host = "several.example" }.Uri, "key", "1", Body, Cancelled);

        Assert.True(answer.Delivered);
    }

    [Fact]
    public async Task Post_ThatIsRedirected_DoesNotFollow()
    {
        _listener.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        using var webhook = Webhook(allow: "127.0.0.0/8");

        var answer = await webhook.PostAsync(Url, "key", "1", Body, Cancelled);

        Assert.Equal((false, true), (answer.Delivered, answer.Final));
        Assert.StartsWith("The webhook answered 302", answer.Words, StringComparison.Ordinal);
        Assert.Equal("/secret/path", (await _listener.NextAsync()).Path);
        _listener.AssertNoMore();
    }

    [Fact]
    public async Task Post_ThatIsNotAnswered_EndsInTime()
    {
        var never = new TaskCompletionSource();
        _listener.Answer = context => never.Task.WaitAsync(context.RequestAborted);
        using var webhook = Webhook(allow: "127.0.0.0/8", oneTry: TimeSpan.FromMilliseconds(200));

        var answer = await webhook.PostAsync(Url, "key", "1", Body, Cancelled);

        Assert.Equal((false, false), (answer.Delivered, answer.Final));
        Assert.StartsWith("The webhook did not answer within", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_WithAnAnswerWithoutEnd_ReadsItsStatusAlone()
    {
        _listener.Answer = async context =>
        {
            context.Response.StatusCode = 500;
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        };
        using var webhook = Webhook(allow: "127.0.0.0/8");

        var answer = await webhook.PostAsync(Url, "key", "1", Body, Cancelled);

        Assert.Equal("The webhook answered 500.", answer.Words);
        Assert.False(answer.Final);
    }

    [Fact]
    public async Task Post_ToANameThatIsNotKnown_SaysSo()
    {
        using var webhook = Webhook(resolve: (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));

        var answer = await webhook.PostAsync(new Uri("https://nobody.example/"), "key", "1", Body, Cancelled);

        Assert.Equal(new AlertAnswer(false, false, "The name nobody.example is not known."), answer);
    }

    private static AlertWebhook Webhook(string? allow = null, AlertResolver? resolve = null, TimeSpan? oneTry = null) => new(
        AlertAddressesTests.Allowing(allow is null ? [] : [allow]), resolve ?? Dns.GetHostAddressesAsync, AlertPatience.Default with { OneTry = oneTry ?? AlertPatience.Default.OneTry }, TimeProvider.System);
}
