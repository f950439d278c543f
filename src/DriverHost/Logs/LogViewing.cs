using System.Net.Sockets;
using DriverHost.Client;

namespace DriverHost.Logs;

/// <summary>One viewer of one container's log: first what the engine has kept, then live from the follower's ring.</summary>
internal sealed class LogViewing(EngineSocket engine, LogFollowers followers, string container, ContainerState state, LogQuery query, ILogOutput output)
{
    /// <summary>A log that is written as fast as it is read comes no closer.</summary>
    private const int PassLimit = 4;

    private readonly LogKind? _only = query.Stream switch { "out" => LogKind.Out, "err" => LogKind.Err, _ => null };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        LogCursor? last = LogCursor.TryParse(query.Cursor, out var cursor) ? cursor : null;
        if (last is { } known)
        {
            output.Resume(known);
        }

        if (!query.Follow)
        {
            await ReadKeptAsync(last, first: true, cancellationToken);
            return;
        }

        try
        {
            await FollowFromAsync(last, cancellationToken);
        }
        catch (EngineRefusedException refused) when (refused.Gone)
        {
            await output.EndAsync(new LogEnd("deleted", null), cancellationToken);
        }
    }

    private async Task FollowFromAsync(LogCursor? last, CancellationToken cancellationToken)
    {
        if (last is null && query.Tail == 0 && await Task.Run(() => new EngineLog(engine, container, state.Tty).ReadNewest(), cancellationToken) is { } newest)
        {
            // Nothing of the past: as if its newest line had been seen.
            last = newest;
            output.Resume(newest);
        }

        var first = true;
        if (!state.Runs)
        {
            (last, _) = await ReadKeptAsync(last, first, cancellationToken);
            first = false;
            output.EndKept();
            if (await TryEndAsync(cancellationToken))
            {
                return;
            }
        }

        while (true)
        {
            if (last is { } known && followers.TryJoin(container) is { } running)
            {
                try
                {
                    if (running.Ring.Find(known) is { } at)
                    {
                        output.EndKept();
                        await FollowAsync(running.Ring, at + 1, cancellationToken);
                        return;
                    }
                }
                finally
                {
                    followers.Leave(container, running);
                }
            }

            for (var pass = 0; pass < PassLimit; pass++)
            {
                (last, var lines) = await ReadKeptAsync(last, first, cancellationToken);
                first = false;
                if (lines < LogFollower.CloseToLive)
                {
                    break;
                }
            }

            output.EndKept();
            var follower = followers.Join(engine, container, state.Tty, last);
            try
            {
                if (await FindPlaceAsync(follower, last, cancellationToken) is { } place)
                {
                    await FollowAsync(follower.Ring, place, cancellationToken);
                    return;
                }
            }
            finally
            {
                followers.Leave(container, follower);
            }
        }
    }

    /// <summary>Ends the log of a container that has ended, unless it was started while its log was read: what is kept is all, no follower needs to read it again.</summary>
    private async Task<bool> TryEndAsync(CancellationToken cancellationToken)
    {
        var now = await Task.Run(() => ContainerState.Read(engine, container), cancellationToken);
        if (now is null)
        {
            await output.EndAsync(new LogEnd("deleted", null), cancellationToken);
            return true;
        }

        if (now.Runs || now.FinishedAt != state.FinishedAt)
        {
            return false;
        }

        await output.EndAsync(new LogEnd("exited", now.ExitCode), cancellationToken, LogMarks.Ended(now));
        return true;
    }

    /// <summary>Where the ring goes on after the last line that was sent; null when the ring has lost that place already.</summary>
    private static async Task<long?> FindPlaceAsync(LogFollower follower, LogCursor? last, CancellationToken cancellationToken)
    {
        var ring = follower.Ring;
        while (true)
        {
            var end = ring.End;
            if (last is { } known && ring.Find(known) is { } at)
            {
                return at + 1;
            }

            var oldest = ring.Oldest();
            if (follower.Anchor == last && (oldest is null || oldest.Value.Place == 0))
            {
                return 0;
            }

            if (ring.Completed || last is null)
            {
                return last is null && oldest is { Place: 0 } ? 0 : end;
            }

            // The follower read past it and does not have it any more: read what lies between from the engine.
            if (oldest is { } kept && (kept.Cursor.Stamp > last.Value.Stamp || ring.Newest()!.Value.Stamp > last.Value.Stamp + 1_000_000_000))
            {
                return null;
            }

            await ring.WaitAsync(end).WaitAsync(cancellationToken);
        }
    }

    private async Task<(LogCursor? Last, long Lines)> ReadKeptAsync(LogCursor? after, bool first, CancellationToken cancellationToken)
    {
        var range = new LogRange(
            After: after,
            Tail: first ? query.Tail : null,
            SinceStamp: query.Since is { } since ? LogCursor.StampOf(since) : null,
            UntilStamp: query.Until is { } until ? LogCursor.StampOf(until) : null,
            Only: after is null ? _only : null,
            Ended: !query.Follow || !state.Runs);
        using var ring = new LogRing(chunkLimit: 8, waits: true);
        var log = new EngineLog(engine, container, state.Tty);
        var reading = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return log.Read(range, ring);
                }
                finally
                {
                    ring.Complete(null);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            long place = 0;
            while (await output.SendAsync(ring, place, _only, cancellationToken) is { } next)
            {
                place = next;
            }
        }
        finally
        {
            log.Abort();
            ring.Dispose();
        }

        try
        {
            return await reading;
        }
        catch (SocketException unreachable)
        {
            throw new IOException("The Docker engine does not answer.", unreachable);
        }
    }

    private async Task FollowAsync(LogRing ring, long place, CancellationToken cancellationToken)
    {
        while (await output.SendAsync(ring, place, _only, cancellationToken) is { } next)
        {
            place = next;
        }

        if (ring.Ending is { } ending)
        {
            await output.EndAsync(ending, cancellationToken);
        }
        else
        {
            throw new IOException("The reading of the log broke off.");
        }
    }
}
