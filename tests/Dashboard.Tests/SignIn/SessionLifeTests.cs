using Dashboard.SignIn;
using Microsoft.Extensions.Time.Testing;
using OpenStack.Keystone;

namespace Dashboard.Tests.SignIn;

public sealed class SessionLifeTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    private readonly SessionLifetimes _lifetimes;

    public SessionLifeTests() => _lifetimes = new SessionLifetimes(_clock);

    [Fact]
    public void Join_TokenRunsOut_EndsByTime()
    {
        using var use = _lifetimes.Join(Session());

        _clock.Advance(TimeSpan.FromMinutes(59));
        var before = use.Ended.IsCancellationRequested;
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.False(before);
        Assert.True(use.Ended.IsCancellationRequested);
        Assert.Equal(SessionEnd.Expired, use.How);
    }

    [Fact]
    public void Renew_BeforeTheEnd_GoesOnWithTheNewToken()
    {
        using var use = _lifetimes.Join(Session());
        var told = 0;
        use.Renewed += () => told++;
        _clock.Advance(TimeSpan.FromMinutes(59));

        _lifetimes.Renew(Session("second", hours: 2, version: 1));
        _clock.Advance(TimeSpan.FromMinutes(30));

        Assert.False(use.Ended.IsCancellationRequested);
        Assert.Equal("second", use.Session.Token);
        Assert.Equal(1, told);
        _clock.Advance(TimeSpan.FromMinutes(31));
        Assert.True(use.Ended.IsCancellationRequested);
    }

    [Fact]
    public void Renew_AfterTheEnd_RevivesNothing()
    {
        using var use = _lifetimes.Join(Session());
        _lifetimes.End("id", SessionEnd.Refused);

        _lifetimes.Renew(Session("second", hours: 2, version: 1));

        Assert.True(use.Ended.IsCancellationRequested);
        Assert.Equal("first", use.Session.Token);
    }

    [Fact]
    public void End_EveryUse_EndsWithTheReason()
    {
        using var one = _lifetimes.Join(Session());
        using var two = _lifetimes.Join(Session());

        _lifetimes.End("id", SessionEnd.SignedOut);

        Assert.True(one.Ended.IsCancellationRequested && two.Ended.IsCancellationRequested);
        Assert.Equal((SessionEnd.SignedOut, SessionEnd.SignedOut), (one.How, two.How));
        Assert.Empty(_lifetimes.InUse());
    }

    [Fact]
    public void Join_OfAnotherProject_EndsThePagesOfTheOld()
    {
        using var old = _lifetimes.Join(Session());

        using var next = _lifetimes.Join(Session("second", project: "p2", version: 1));

        Assert.Equal((true, SessionEnd.Switched), (old.Ended.IsCancellationRequested, old.How));
        Assert.False(next.Ended.IsCancellationRequested);
    }

    [Fact]
    public void Join_AnOlderCopy_GetsTheNewerToken()
    {
        using var newer = _lifetimes.Join(Session("second", project: "p2", version: 1));

        using var late = _lifetimes.Join(Session());

        Assert.Equal("second", late.Session.Token);
        Assert.False(newer.Ended.IsCancellationRequested);
    }

    [Fact]
    public void Dispose_Last_LeavesNothing()
    {
        var one = _lifetimes.Join(Session());
        var two = _lifetimes.Join(Session());

        one.Dispose();
        var kept = _lifetimes.InUse().Count;
        two.Dispose();

        Assert.Equal(1, kept);
        Assert.Empty(_lifetimes.InUse());
    }

    [Fact]
    public void ToString_Session_HoldsNoSecret()
    {
        var words = $"{Session("a-token")}";

        Assert.DoesNotContain("a-token", words, StringComparison.Ordinal);
        Assert.DoesNotContain("id", words.Split(' '));
    }

    private SignedInSession Session(string token = "first", int hours = 1, string project = "p1", int version = 0) => new("id", token, new TokenBody
    {
        User = new TokenUser("u1", "lab-user", new NamedRef("default", "Default")),
        Project = new TokenProject(project, project, new NamedRef("default", "Default")),
        ExpiresAt = _clock.Start.AddHours(hours),
    }, token, [token], version);
}
