using DriverHost.Http;
using DriverHost.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Snapshots;

/// <summary>After a start: settles the snapshots that the last end interrupted, as soon as Glance answers.</summary>
internal sealed class SnapshotSettling(SnapshotTaker snapshots, Ledger ledger, TimeProvider time, ILogger<SnapshotSettling> logger) : BackgroundService
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);
    private Queue<SnapshotRow> _left = [];

    // Read before the door opens: what begins later is not left over.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _left = new Queue<SnapshotRow>(await ledger.UnfinishedSnapshotsAsync(cancellationToken));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_left.TryPeek(out var row) && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await snapshots.SettleAsync(row, stoppingToken);
                _left.Dequeue();
            }
            catch (DriverFailure away) when (away.Status is 502 or 503)
            {
                SnapshotsLog.SettleLater(logger, row.ImageId, away.Message);
                await Task.Delay(Wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (DriverFailure refused)
            {
                // The row stays: the gate asks it for the content, so nothing foreign boots by it.
                SnapshotsLog.NotSettled(logger, row.ImageId, refused.Message);
                _left.Dequeue();
            }
        }
    }
}
