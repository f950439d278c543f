using System.Net;
using Cloud.Glance;
using Cloud.Nova.Actions;
using Cloud.Nova.Hosts;
using Cloud.Nova.Servers;
using DriverHost.Client;
using Microsoft.Extensions.Logging;

namespace Cloud.Nova.Drivers;

/// <summary>
/// Carries out what the API has accepted. The row was written first, with its task_state; each operation here ends by settling the row, or leaves it to the
/// next start.
/// </summary>
internal sealed class InstanceManager(IComputeDriver driver, InstanceBooks books, Operations operations, HostPresence host, ComputeServices services, IImages images, TimeProvider time, ILogger<InstanceManager> logger)
{
    /// <summary>How long a launch waits for a host that does not answer before it says so.</summary>
    public static readonly TimeSpan HostLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(1);

    public void BeginSpawn(string id) => operations.Begin(id, ActionNames.Create, stop => SpawnAsync(id, again: false, stop));

    public void BeginDelete(string id) => operations.Begin(id, ActionNames.Delete, stop => DeleteAsync(id, stop));

    public void BeginSnapshot(string id, string imageId, string imageName) => operations.Begin(id, ActionNames.CreateImage, stop => SnapshotAsync(id, imageId, imageName, stop));

    public void BeginPower(string id, ActionRule rule) => operations.Begin(id, rule.Action, stop => PowerAsync(id, rule, stop));

    /// <summary>Takes up what an earlier process left half done. What runs already goes on, and what ended meanwhile is not begun again.</summary>
    public void Resume(InstanceRow row)
    {
        if (row.TaskState is { } task)
        {
            var rule = ActionRules.OfTask(task);
            operations.Begin(row.Id, rule.Action, async stop =>
            {
                if (await books.IsDoingAsync(row.Id, rule, stop))
                {
                    await ResumeAsync(row, rule, stop);
                }
            });
        }
    }

    private Task ResumeAsync(InstanceRow row, ActionRule rule, CancellationToken stop) => rule.Task switch
    {
        TaskStates.Spawning => SpawnAsync(row.Id, again: true, stop),
        TaskStates.Deleting => DeleteAsync(row.Id, stop),
        TaskStates.Snapshotting => GiveUpSnapshotAsync(row.Id, row.TaskImageId!, "Nova ended while the snapshot was taken. Take it again.", stop),
        _ => PowerAsync(row.Id, rule, stop),
    };

    private async Task SpawnAsync(string id, bool again, CancellationToken stop)
    {
        if (!await host.WaitAsync(HostLimit, stop))
        {
            await FailSpawnAsync(id, "no_valid_host", $"No valid host was found. The compute host does not answer: {host.Trouble}", stop);
            return;
        }

        if (await services.WhyClosedAsync(stop) is { } closed)
        {
            await FailSpawnAsync(id, "no_valid_host", $"No valid host was found. {closed}", stop);
            return;
        }

        while (await books.TakeForSpawnAsync(id, host.HostName!, stop) is { } row)
        {
            try
            {
                var made = await SpawnAsync(id, InstanceSpecs.Of(row), again, stop);
                await books.SettleAsync(id, ActionRules.Create, made, stop);
                NovaLog.Spawned(logger, id);
                return;
            }
            catch (DriverHostException lost) when (lost.StatusCode is null)
            {
                // Nobody knows whether it was made: it stays in BUILD and is repeated when the host is back.
                NovaLog.HostLost(logger, ActionNames.Create, id, lost.Message);
                await PauseAsync(stop);
                again = true;
            }
            catch (DriverHostException refused)
            {
                await FailSpawnAsync(id, refused.Code, refused.Message, stop);
                return;
            }
        }
    }

    // A conflict in a repeated spawn is with what the first one left: a half-made instance, or one of an older spec. Nobody has seen it running: it goes.
    private async Task<HostInstance> SpawnAsync(string id, InstanceSpec spec, bool again, CancellationToken stop)
    {
        try
        {
            return await driver.SpawnAsync(id, spec, stop);
        }
        catch (DriverHostException left) when (again && left.StatusCode == HttpStatusCode.Conflict)
        {
            await driver.DestroyAsync(id, stop);
            return await driver.SpawnAsync(id, spec, stop);
        }
    }

    private async Task PauseAsync(CancellationToken stop)
    {
        await Task.Delay(RepeatAfter, time, stop);
        await host.WaitAsync(Timeout.InfiniteTimeSpan, stop);
    }

    private async Task FailSpawnAsync(string id, string reason, string message, CancellationToken stop)
    {
        NovaLog.Failed(logger, ActionNames.Create, id, message);
        await books.SettleAsync(id, ActionRules.Create, message, (row, now) =>
        {
            row.VmState = VmStates.Error;
            row.PowerState = PowerStates.NoState;
            row.SetFault(500, message, reason, now);
        }, stop);
    }

    private async Task PowerAsync(string id, ActionRule rule, CancellationToken stop)
    {
        try
        {
            await books.SettleAsync(id, rule, await PowerAsync(id, rule.Task, stop), stop);
        }
        catch (DriverHostException failed)
        {
            NovaLog.Failed(logger, rule.Action, id, failed.Message);
            await books.SettleAsync(id, rule, failed.Message, (_, _) => { }, stop);
        }
    }

    private Task<HostInstance> PowerAsync(string id, string task, CancellationToken stop) => task switch
    {
        TaskStates.PoweringOn => driver.StartAsync(id, stop),
        TaskStates.PoweringOff => driver.StopAsync(id, stop),
        TaskStates.Rebooting => driver.RebootAsync(id, hard: false, stop),
        TaskStates.RebootingHard => driver.RebootAsync(id, hard: true, stop),
        TaskStates.Pausing => driver.PauseAsync(id, stop),
        TaskStates.Unpausing => driver.UnpauseAsync(id, stop),
        _ => throw new InvalidOperationException($"{task} is not about power."),
    };

    private async Task SnapshotAsync(string id, string imageId, string imageName, CancellationToken stop)
    {
        try
        {
            await driver.SnapshotAsync(id, new SnapshotRequest { ImageId = imageId, Name = imageName }, stop);
            await books.SettleAsync(id, ActionRules.Snapshot, null, (_, _) => { }, stop);
        }
        catch (DriverHostException failed)
        {
            NovaLog.Failed(logger, ActionNames.CreateImage, id, failed.Message);
            await GiveUpSnapshotAsync(id, imageId, failed.Message, stop);
        }
    }

    private async Task GiveUpSnapshotAsync(string id, string imageId, string message, CancellationToken stop)
    {
        await images.DeleteFailedSnapshotAsync(imageId, stop);
        await books.SettleAsync(id, ActionRules.Snapshot, message, (_, _) => { }, stop);
    }

    private async Task DeleteAsync(string id, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await driver.DestroyAsync(id, stop);
                if (operations.Others(id, ActionNames.Delete) is { } others)
                {
                    // A spawn that was on its way to the host when the first call came may have made the instance after it.
                    await others.WaitAsync(stop);
                    await driver.DestroyAsync(id, stop);
                }

                await books.SettleDeletedAsync(id, stop);
                NovaLog.Deleted(logger, id);
                return;
            }
            catch (DriverHostException away) when (away.StatusCode is null or HttpStatusCode.ServiceUnavailable)
            {
                // It stays in task_state deleting until the host, or the engine on it, is back.
                NovaLog.HostLost(logger, ActionNames.Delete, id, away.Message);
                await PauseAsync(stop);
            }
            catch (DriverHostException failed)
            {
                NovaLog.Failed(logger, ActionNames.Delete, id, failed.Message);
                await books.SettleAsync(id, ActionRules.Delete, failed.Message, (row, now) =>
                {
                    row.VmState = VmStates.Error;
                    row.SetFault(500, $"The instance could not be deleted: {failed.Message}", failed.Code, now);
                }, stop);
                return;
            }
        }
    }
}
