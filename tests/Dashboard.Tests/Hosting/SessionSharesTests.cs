using Dashboard.Hosting;
using Dashboard.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>What the pages of one sign-in share, and for how long.</summary>
public sealed class SessionSharesTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private DashboardFixture _dashboard = null!;

    private SessionShares Shares => _dashboard.Services.GetRequiredService<SessionShares>();

    public async ValueTask InitializeAsync() => _dashboard = await DashboardFixture.StartAsync(_clock);

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task Enter_TheSameSignIn_FindsTheSame()
    {
        using var visitor = await _dashboard.SignedInAsync();
        using var one = Shares.Enter(await _dashboard.SessionOfAsync(visitor));

        using var other = Shares.Enter(await _dashboard.SessionOfAsync(visitor));

        Assert.Same(one.Instances, other.Instances);
        Assert.Same(one.Images, other.Images);
    }

    [Fact]
    public async Task Enter_AnotherSignInOfTheSameUser_FindsItsOwn()
    {
        using var visitor = await _dashboard.SignedInAsync();
        using var again = await _dashboard.SignedInAsync();
        using var one = Shares.Enter(await _dashboard.SessionOfAsync(visitor));

        using var other = Shares.Enter(await _dashboard.SessionOfAsync(again));

        Assert.NotSame(one.Instances, other.Instances);
    }

    [Fact]
    public async Task Enter_AnotherProjectOrRegion_FindsItsOwn()
    {
        using var visitor = await _dashboard.SignedInAsync();
        var session = await _dashboard.SessionOfAsync(visitor);
        using var one = Shares.Enter(session);

        using var project = Shares.Enter(session with { Version = session.Version + 1, Body = session.Body with { Project = session.Body.Project! with { Id = "p2" } } });
        using var region = Shares.Enter(session with { Region = "elsewhere" });

        Assert.Equal(3, new[] { one.Instances, project.Instances, region.Instances }.Distinct().Count());
    }

    [Fact]
    public async Task Left_ByTheLast_StaysForAWhile()
    {
        using var visitor = await _dashboard.SignedInAsync();
        var session = await _dashboard.SessionOfAsync(visitor);
        var first = Shares.Enter(session);
        var instances = first.Instances;
        first.Dispose();

        _clock.Advance(SessionShares.Stay - TimeSpan.FromSeconds(1));
        using (var soon = Shares.Enter(session))
        {
            Assert.Same(instances, soon.Instances);
            _clock.Advance(SessionShares.Stay * 2);
        }

        _clock.Advance(SessionShares.Stay);
        using var later = Shares.Enter(session);
        Assert.NotSame(instances, later.Instances);
    }

    [Fact]
    public async Task Ended_TheSignIn_IsForgottenAtOnce()
    {
        using var visitor = await _dashboard.SignedInAsync();
        var session = await _dashboard.SessionOfAsync(visitor);
        using var before = Shares.Enter(session);

        await _dashboard.Services.GetRequiredService<SessionStore>().RemoveAsync(session.Id);

        using var after = Shares.Enter(session);
        Assert.NotSame(before.Instances, after.Instances);
    }
}
