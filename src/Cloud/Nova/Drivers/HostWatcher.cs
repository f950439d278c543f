using System.Threading.Channels;
using DriverHost.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cloud.Nova.Drivers;

/// <summary>
/// Follows what happens on the compute host, so that a process that ends shows at once. Each time the host comes (back), everything in the books is compared
/// with it and what was left half done is taken up.
/// </summary>
internal sealed class HostWatcher(
    IComputeDriver driver, InstanceBooks books, InstanceManager manager, HostView view, HostPresence presence, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HostWatcher> logger)
    : BackgroundService
{
    /// <summary>The host pings every five seconds: six missed pings and it counts as lost.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host asks our own Keystone who we are: the door must be open first.
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var started = lifetime.ApplicationStarted.Register(open.SetResult);
        await open.Task.WaitAsync(stoppingToken);
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost)
            {
                pause = presence.IsUp ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
                if (presence.Down(lost is OperationCanceledException ? "It has been silent for too long." : lost.Message))
                {
                    NovaLog.HostDown(logger, presence.Trouble);
                }
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var silent = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, cancellationToken);
        var changed = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        view.Clear();
        var observing = Task.CompletedTask;
        try
        {
            await foreach (var item in driver.WatchAsync(either.Token))
            {
                silent.CancelAfter(Silence);
                presence.Seen();
                if (item.Type == HostEvent.Synced)
                {
                    await SyncAsync(either.Token);
                    observing = ObserveAsync(changed.Reader, either.Token);
                }
                else if (item.State is { } instance)
                {
                    Take(item.Type, instance, changed.Writer);
                }

                if (observing.IsFaulted)
                {
                    break;
                }
            }
        }
        finally
        {
            changed.Writer.TryComplete();
            await observing;
        }
    }

    private void Take(string type, HostInstance instance, ChannelWriter<string> changed)
    {
        if (type == HostEvent.Deleted)
        {
            view.Remove(instance.Id);
        }
        else
        {
            view.Put(instance);
        }

        if (type == HostEvent.Deleted || instance.Operation is null)
        {
            changed.TryWrite(instance.Id);
        }
    }

    // Writing is slower than listening: an instance is always written as it is by then, not as it was when the event came.
    private async Task ObserveAsync(ChannelReader<string> changed, CancellationToken cancellationToken)
    {
        await foreach (var id in changed.ReadAllAsync(cancellationToken))
        {
            if (view.Settled(id) is { } seen)
            {
                await books.ObserveAsync(id, seen, cancellationToken);
            }
            else if (view.IsMissing(id))
            {
                await books.ObserveAsync(id, null, cancellationToken);
            }
        }
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        var living = await books.LivingAsync(cancellationToken);
        view.Complete();
        var left = living.Where(row => row.TaskState is not null).ToList();
        var seen = view.All().ToDictionary(i => i.Id);
        foreach (var row in living.Where(row => row.TaskState is null))
        {
            var instance = seen.GetValueOrDefault(row.Id);
            if (instance?.Operation is null && books.IsNews(row, instance))
            {
                await books.ObserveAsync(row.Id, instance, cancellationToken);
            }
        }

        await RemoveLeftoversAsync([.. seen.Keys.Except(living.Select(row => row.Id))], cancellationToken);
        var host = await driver.GetHostAsync(cancellationToken);
        presence.Up(host.HostName);
        NovaLog.HostUp(logger, host.HostName, seen.Count);
        left.ForEach(manager.Resume);
    }

    // What was deleted here is deleted there. What was never here may be another cloud's.
    private async Task RemoveLeftoversAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var deleted = ids.Count == 0 ? [] : await books.DeletedAsync(ids, cancellationToken);
        foreach (var id in deleted)
        {
            await driver.DestroyAsync(id, cancellationToken);
        }

        foreach (var id in ids.Except(deleted))
        {
            NovaLog.Unknown(logger, id);
        }
    }
}
