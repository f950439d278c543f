using Dashboard.Components;
using Dashboard.Tests.Images;
using Microsoft.Extensions.Time.Testing;
using OpenStack.Errors;

namespace Dashboard.Tests.Components;

public sealed class WatchedTests
{
    private readonly FakeTimeProvider _time = new(TestImages.Now);
    private readonly List<Exception> _unexpected = [];
    private Func<CancellationToken, Task<string>> _ask = _ => Task.FromResult("first");

    [Fact]
    public async Task Start_Answered_HoldsTheValueAndItsTime()
    {
        await using var watched = Watch();

        watched.Start(every: null);

        Assert.Equal(("first", TestImages.Now), (watched.Value, watched.AsOf));
        Assert.False(watched.Stale);
    }

    [Fact]
    public async Task Ask_LaterFailure_KeepsTheOlderValueAsStale()
    {
        await using var watched = Watch();
        watched.Start(every: null);
        _ask = _ => throw new OpenStackException("compute", HttpMethod.Get, null, null, "Nova does not answer.");

        await watched.AskAsync();

        Assert.True(watched.Stale);
        Assert.Equal("first", watched.Value);
        _ask = _ => Task.FromResult("second");
        await watched.AskAsync();
        Assert.Equal(("second", false), (watched.Value, watched.Stale));
    }

    [Fact]
    public async Task Start_WithPeriod_AsksAgain()
    {
        var asked = new SemaphoreSlim(0);
        _ask = _ =>
        {
            asked.Release();
            return Task.FromResult("again");
        };
        await using var watched = Watch();
        watched.Start(TimeSpan.FromSeconds(10));
        await asked.WaitAsync(TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(10));

        await asked.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Start_UnexpectedFailure_GoesToThePage()
    {
        _ask = _ => throw new InvalidOperationException("a bug");
        await using var watched = Watch();

        watched.Start(every: null);

        Assert.Equal("a bug", Assert.Single(_unexpected).Message);
        Assert.Null(watched.Failure);
    }

    [Fact]
    public async Task Dispose_WhileAsking_CancelsAndWaits()
    {
        var ended = false;
        _ask = async token =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                ended = true;
            }

            return "never";
        };
        var watched = Watch();
        watched.Start(TimeSpan.FromSeconds(10));

        await watched.DisposeAsync();

        Assert.True(ended);
        Assert.Null(watched.Failure);
    }

    private Watched<string> Watch() => new(_time, token => _ask(token), () => { }, error =>
    {
        _unexpected.Add(error);
        return Task.CompletedTask;
    });
}
