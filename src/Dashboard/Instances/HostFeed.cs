using System.Text.Json;
using Dashboard.Hosts;
using DriverHost.Client;

namespace Dashboard.Instances;

/// <summary>Follows one driver host's events, comes again when they break, and tells the book.</summary>
/// <param name="changed">Called after every change. True: Nova should be asked, too.</param>
internal sealed class HostFeed(IInstanceCloud cloud, string host, LiveBook book, TimeProvider time, Action<bool> changed)
{
    /// <summary>The driver host pings every 5 s: after this silence nobody is there.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(12);

    /// <summary>The first answer may take this long before the page goes on without it.</summary>
    public static readonly TimeSpan FirstWordLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan[] BackOff = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)];
    private int _failures;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var first = time.CreateTimer(_ => NotYet(), null, FirstWordLimit, Timeout.InfiniteTimeSpan);
        while (!cancellationToken.IsCancellationRequested)
        {
            var why = await WatchAsync(cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            if (why is null)
            {
                book.Drop(host);
                changed(true);
                return;
            }

            changed(book.Lost(host, why));
            var wait = BackOff[Math.Min(_failures++, BackOff.Length - 1)];
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void NotYet()
    {
        if (book.Now.Links[host] is { Live: false, Why: null })
        {
            changed(book.Lost(host, "The driver host has not answered yet."));
        }
    }

    /// <returns>Why it ended, in words; null when the host was removed.</returns>
    private async Task<string?> WatchAsync(CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var limit = time.CreateTimer(_ => silence.Cancel(), null, SilenceLimit, Timeout.InfiniteTimeSpan);
        var named = new HashSet<string>(StringComparer.Ordinal);
        var synced = false;
        try
        {
            await foreach (var item in cloud.WatchAsync(host, silence.Token))
            {
                limit.Change(SilenceLimit, Timeout.InfiniteTimeSpan);
                var askNova = Take(item, named);
                if (item.Type == HostEvent.Synced)
                {
                    book.Synced(host, named);
                    synced = true;
                    _failures = 0;
                }

                if (synced)
                {
                    book.Heard(host);
                    changed(askNova);
                }
            }

            return "The driver host ended its event stream.";
        }
        catch (DriverHostException refused)
        {
            return refused.Code == SessionHosts.NoHost ? null : refused.Message;
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException or JsonException)
        {
            return "The driver host does not answer.";
        }
    }

    private bool Take(HostEvent item, HashSet<string> named)
    {
        switch (item)
        {
            case { Type: HostEvent.Instance, State: { } state }:
                named.Add(state.Id);
                return book.Take(host, state);
            case { Type: HostEvent.Deleted, State: { } gone }:
                book.Forget(host, gone);
                return true;
            default:
                return false;
        }
    }
}
