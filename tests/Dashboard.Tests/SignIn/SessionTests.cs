using System.Net;
using Dashboard.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace Dashboard.Tests.SignIn;

/// <summary>How long a sign-in holds, and what ends it: the whole dashboard, the whole cloud, one clock.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private DashboardFixture _dashboard = null!;

    public async ValueTask InitializeAsync() => _dashboard = await DashboardFixture.StartAsync(_clock);

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task Session_TokenRunsOut_EndsCookieAndCircuits()
    {
        using var visitor = await _dashboard.SignedInAsync();
        await using var circuit = await CircuitAsync(visitor);
        var before = await visitor.OpenAsync("/");

        _clock.Advance(TimeSpan.FromHours(8));
        var after = await visitor.OpenAsync("/images");

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal((HttpStatusCode.Found, "/sign-in?returnUrl=%2Fimages"), (after.Status, after.Location));
        Assert.Equal((true, SessionEnd.Expired), (circuit.Session.HasEnded, circuit.Session.How));
    }

    [Fact]
    public async Task Renew_RightPassword_KeepsCookieAndCircuitsBeyondTheFirstToken()
    {
        using var visitor = await _dashboard.SignedInAsync();
        await using var circuit = await CircuitAsync(visitor);
        var page = await visitor.OpenAsync("/");
        var first = (await _dashboard.SessionOfAsync(visitor)).Token;
        _clock.Advance(TimeSpan.FromHours(8) - TimeSpan.FromSeconds(30));

        using var renewed = await visitor.SendAsync("/session/renew", page, ("password", _dashboard.Secret("demo")));
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.NoContent, renewed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.OpenAsync("/")).Status);
        Assert.False(circuit.Session.HasEnded);
        Assert.NotEqual(first, (await _dashboard.SessionOfAsync(visitor)).Token);
        // The circuit's clients, made before, speak with the new token: the old one is worth nothing by now.
        await circuit.Session.Glance.ListImagesAsync(null, null, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Renew_WrongPassword_SaysSoAndEndsNothing()
    {
        using var visitor = await _dashboard.SignedInAsync();
        var page = await visitor.OpenAsync("/");

        using var refused = await visitor.SendAsync("/session/renew", page, ("password", "wrong"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("did not accept this user and password", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.OpenAsync("/")).Status);
    }

    [Fact]
    public async Task SignOut_Pressed_EndsTheOtherTabAndRevokesTheTokens()
    {
        using var visitor = await _dashboard.SignedInAsync();
        await using var circuit = await CircuitAsync(visitor);
        var page = await visitor.OpenAsync("/");
        var session = await _dashboard.SessionOfAsync(visitor);

        using var answer = await visitor.SendAsync("/sign-out", page);

        Assert.Equal("/sign-in?left=all", answer.Headers.Location?.ToString());
        Assert.Equal((true, SessionEnd.SignedOut), (circuit.Session.HasEnded, circuit.Session.How));
        foreach (var token in session.Issued)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await ValidateAsync(token));
        }
    }

    [Fact]
    public async Task Session_UserDisabled_EndsWithinSeconds()
    {
        var user = await _dashboard.NewUserAsync();
        using var visitor = await _dashboard.SignedInAsync(user.Name, user.Password);
        await using var circuit = await CircuitAsync(visitor);
        await user.DisableAsync(_dashboard.CloudUrl, _dashboard.Secret("admin"));

        _clock.Advance(SessionWatcher.Period);

        await circuit.EndsAsync();
        Assert.Equal(SessionEnd.Refused, circuit.Session.How);
        Assert.Equal(HttpStatusCode.Found, (await visitor.OpenAsync("/")).Status);
    }

    [Fact]
    public async Task Session_TokenRevoked_EndsAtTheNextCallOfAService()
    {
        using var visitor = await _dashboard.SignedInAsync();
        await using var circuit = await CircuitAsync(visitor);
        await RevokeAsync((await _dashboard.SessionOfAsync(visitor)).Token);

        await Assert.ThrowsAsync<OpenStack.Errors.OpenStackException>(() => circuit.Session.Glance.ListImagesAsync(null, null, null, TestContext.Current.CancellationToken));

        await circuit.EndsAsync();
        Assert.Equal(SessionEnd.Refused, circuit.Session.How);
    }

    [Fact]
    public async Task LogStream_SessionEnds_IsClosed()
    {
        var instance = Guid.NewGuid().ToString();
        _dashboard.DriverHost.GiveLog(instance, new EndlessStream());
        using var visitor = await _dashboard.SignedInAsync();
        var page = await visitor.OpenAsync("/");
        using var answer = await visitor.Http.GetAsync($"/logs/{instance}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var reading = (await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

        using var left = await visitor.SendAsync("/sign-out", page);

        await reading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task SwitchProject_AnotherOfMine_KeepsThePageAndEndsTheOldOnes()
    {
        var user = await _dashboard.NewUserAsync();
        var second = (await _dashboard.NewUserAsync()).ProjectId!;
        await user.GrantAsync(_dashboard.CloudUrl, _dashboard.Secret("admin"), second, "reader");
        using var visitor = await _dashboard.SignedInAsync(user.Name, user.Password);
        await using var circuit = await CircuitAsync(visitor);
        var page = await visitor.OpenAsync("/images");

        using var answer = await visitor.SendAsync("/project", page, ("projectId", second), ("returnUrl", "/images?approval=approved"));

        Assert.Equal((HttpStatusCode.Found, "/images?approval=approved"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.Equal(second, (await _dashboard.SessionOfAsync(visitor)).Body.Project!.Id);
        Assert.Equal((true, SessionEnd.Switched), (circuit.Session.HasEnded, circuit.Session.How));
    }

    [Fact]
    public async Task SwitchProject_NotMine_StaysInTheOldOne()
    {
        var user = await _dashboard.NewUserAsync();
        var foreign = (await _dashboard.NewUserAsync()).ProjectId!;
        using var visitor = await _dashboard.SignedInAsync(user.Name, user.Password);
        var page = await visitor.OpenAsync("/");

        using var answer = await visitor.SendAsync("/project", page, ("projectId", foreign));
        var words = await visitor.OpenAsync(answer.Headers.Location!.ToString());

        Assert.Contains("The project was not switched", words.Html, StringComparison.Ordinal);
        Assert.Equal(user.ProjectId, (await _dashboard.SessionOfAsync(visitor)).Body.Project!.Id);
    }

    [Fact]
    public async Task Session_AtRest_HoldsNeitherTokenNorIdInClear()
    {
        using var visitor = await _dashboard.SignedInAsync();
        var session = await _dashboard.SessionOfAsync(visitor);

        var stored = string.Concat(Directory.GetFiles(_dashboard.DataPath, "dashboard.db*").Select(ReadShared));

        Assert.NotEmpty(stored);
        Assert.All([.. session.Issued, session.Id, session.Token], secret => Assert.DoesNotContain(secret, stored, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_AllOfASignIn_HoldsNoSecret()
    {
        using var visitor = await _dashboard.SignedInAsync();
        var page = await visitor.OpenAsync("/");
        var session = await _dashboard.SessionOfAsync(visitor);
        using var wrong = await visitor.SendAsync("/session/renew", page, ("password", "wrong-but-secret"));
        using var left = await visitor.SendAsync("/sign-out", page);

        var log = _dashboard.Log.Text;

        Assert.Contains("signed out", log, StringComparison.Ordinal);
        Assert.All([.. session.Issued, session.Id, _dashboard.Secret("demo"), "wrong-but-secret"], secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
    }

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private async Task<TestCircuit> CircuitAsync(Visitor visitor) => await TestCircuit.OpenAsync(_dashboard.Services, visitor.SessionId(_dashboard.Services));

    private async Task<HttpStatusCode> ValidateAsync(string token)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_dashboard.CloudUrl, "/identity/v3/") };
        http.DefaultRequestHeaders.Add("X-Auth-Token", token);
        http.DefaultRequestHeaders.Add("X-Subject-Token", token);
        using var answer = await http.GetAsync("auth/tokens");
        return answer.StatusCode;
    }

    private async Task RevokeAsync(string token)
    {
        using var admin = await KeystoneUser.AdminAsync(_dashboard.CloudUrl, _dashboard.Secret("admin"));
        admin.DefaultRequestHeaders.Add("X-Subject-Token", token);
        using var answer = await admin.DeleteAsync("auth/tokens");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    /// <summary>What a circuit is for the session: a scope that holds it open.</summary>
    private sealed class TestCircuit(AsyncServiceScope scope) : IAsyncDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DashboardSession Session { get; } = scope.ServiceProvider.GetRequiredService<DashboardSession>();

        public static async Task<TestCircuit> OpenAsync(IServiceProvider services, string sessionId)
        {
            var circuit = new TestCircuit(services.CreateAsyncScope());
            circuit.Session.SessionEnded += () => circuit._ended.TrySetResult();
            circuit.Session.Open((await services.GetRequiredService<SessionStore>().FindAsync(sessionId))!);
            return circuit;
        }

        public Task EndsAsync() => _ended.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public ValueTask DisposeAsync() => scope.DisposeAsync();
    }

    /// <summary>A log that says one line and then waits for more.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
