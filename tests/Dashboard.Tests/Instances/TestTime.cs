using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Instances;

/// <summary>A clock in the test's hand that tells when somebody begins to wait, so that no test has to guess.</summary>
/// <param name="passes">Waits of exactly this length pass by themselves.</param>
internal sealed class TestTime(TimeSpan passes) : FakeTimeProvider(TestInstances.Now)
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, base.CreateTimer(callback, state, dueTime, period));
        Tell(dueTime);
        return timer;
    }

    /// <summary>Waits until somebody waits for that long, then lets the time pass.</summary>
    public async Task PassAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        while (await _waits.Reader.ReadAsync(cancellationToken) != wait)
        {
        }

        Advance(wait);
    }

    private void Tell(TimeSpan wait)
    {
        if (wait == passes)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(passes));
        }
        else
        {
            _waits.Writer.TryWrite(wait);
        }
    }

    private sealed class Timer(TestTime time, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = inner.Change(dueTime, period);
            time.Tell(dueTime);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
