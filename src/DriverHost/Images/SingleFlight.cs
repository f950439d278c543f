namespace DriverHost.Images;

/// <summary>Work of the same key is done once at a time; all who ask share its result. It is given up only when nobody waits for it any more.</summary>
internal sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <param name="work">Gets a function that tells all who wait how far it is.</param>
    public async Task<TResult> RunAsync(TKey key, ImageProgress progress, Func<ImageProgress, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        Flight flight;
        lock (_lock)
        {
            if (!_flights.TryGetValue(key, out flight!))
            {
                flight = new Flight();
                _flights[key] = flight;
                flight.Result = Task.Run(() => work(flight.Tell, flight.Cancellation.Token), CancellationToken.None);
            }

            flight.Waiting++;
            flight.Listeners += progress;
        }

        try
        {
            return await flight.Result.WaitAsync(cancellationToken);
        }
        finally
        {
            await LeaveAsync(key, flight, progress);
        }
    }

    private async Task LeaveAsync(TKey key, Flight flight, ImageProgress progress)
    {
        bool last;
        lock (_lock)
        {
            flight.Listeners -= progress;
            last = --flight.Waiting == 0;
            if (last || flight.Result.IsCompleted)
            {
                if (_flights.TryGetValue(key, out var current) && current == flight)
                {
                    _flights.Remove(key);
                }
            }
        }

        if (last)
        {
            await flight.Cancellation.CancelAsync();
            await ((Task)flight.Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            flight.Cancellation.Dispose();
        }
    }

    private sealed class Flight
    {
        public CancellationTokenSource Cancellation { get; } = new();
        public Task<TResult> Result { get; set; } = null!;
        public int Waiting { get; set; }
        public ImageProgress? Listeners { get; set; }

        public void Tell(string step, long? done, long? total) => Listeners?.Invoke(step, done, total);
    }
}
