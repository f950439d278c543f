namespace DriverHost.Images;

/// <summary>While an image is on its way into a container, nobody removes it.</summary>
internal sealed class ImagePins : IDisposable
{
    private readonly SemaphoreSlim _removing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _pins = new(StringComparer.Ordinal);

    /// <summary>Waits at most for one removal. Dispose to let go.</summary>
    public async Task<IDisposable> PinAsync(string reference, CancellationToken cancellationToken)
    {
        await _removing.WaitAsync(cancellationToken);
        try
        {
            Add(reference, 1);
            return new Pin(this, reference);
        }
        finally
        {
            _removing.Release();
        }
    }

    /// <summary>Removes it unless it is pinned; whoever wants to pin it waits.</summary>
    public async Task<bool> RemoveUnlessPinnedAsync(string reference, Func<Task> remove, CancellationToken cancellationToken)
    {
        await _removing.WaitAsync(cancellationToken);
        try
        {
            lock (_lock)
            {
                if (_pins.ContainsKey(reference))
                {
                    return false;
                }
            }

            await remove();
            return true;
        }
        finally
        {
            _removing.Release();
        }
    }

    public void Dispose() => _removing.Dispose();

    private void Add(string reference, int change)
    {
        lock (_lock)
        {
            var count = _pins.GetValueOrDefault(reference) + change;
            if (count == 0)
            {
                _pins.Remove(reference);
            }
            else
            {
                _pins[reference] = count;
            }
        }
    }

    private sealed class Pin(ImagePins pins, string reference) : IDisposable
    {
        private int _gone;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _gone, 1) == 0)
            {
                pins.Add(reference, -1);
            }
        }
    }
}
