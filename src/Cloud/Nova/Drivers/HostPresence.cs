namespace Cloud.Nova.Drivers;

/// <summary>Whether the compute host answers now, and what it calls itself. Written by <see cref="HostWatcher"/> alone.</summary>
internal sealed class HostPresence(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _up = New();
    private DateTimeOffset? _seenAt;
    private string? _hostName;
    private string _trouble = "It has not answered yet.";

    /// <summary>True from the moment that everything on the host is known until its events are lost.</summary>
    public bool IsUp
    {
        get
        {
            lock (_lock)
            {
                return _up.Task.IsCompleted;
            }
        }
    }

    /// <summary>When it last said anything, pings included.</summary>
    public DateTimeOffset? SeenAt
    {
        get
        {
            lock (_lock)
            {
                return _seenAt;
            }
        }
    }

    /// <summary>The host's own name; null until it has answered once.</summary>
    public string? HostName
    {
        get
        {
            lock (_lock)
            {
                return _hostName;
            }
        }
    }

    /// <summary>Why it is not up, in words.</summary>
    public string Trouble
    {
        get
        {
            lock (_lock)
            {
                return _trouble;
            }
        }
    }

    /// <summary>Waits until the host is up; false when it was not within that time.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task up;
        lock (_lock)
        {
            up = _up.Task;
        }

        try
        {
            await up.WaitAsync(atMost, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void Seen()
    {
        lock (_lock)
        {
            _seenAt = time.GetUtcNow();
        }
    }

    public void Up(string hostName)
    {
        lock (_lock)
        {
            _seenAt = time.GetUtcNow();
            _hostName = hostName;
            _up.TrySetResult();
        }
    }

    /// <returns>True when this is news.</returns>
    public bool Down(string trouble)
    {
        lock (_lock)
        {
            var news = _up.Task.IsCompleted || _trouble != trouble;
            _trouble = trouble;
            if (_up.Task.IsCompleted)
            {
                _up = New();
            }

            return news;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
