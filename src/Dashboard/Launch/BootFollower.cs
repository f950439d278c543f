using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Components;
using Dashboard.Instances;
using DriverHost.Client;
using OpenStack.Errors;
using OpenStack.Nova;

namespace Dashboard.Launch;

/// <summary>
/// Follows boots until each has started or failed, however long that takes. Nova is asked on a clock and decides; the driver host, when it
/// answers, pushes the steps between.
/// </summary>
internal sealed class BootFollower(ILaunchCloud cloud, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>The boots after each look, in the order of <paramref name="ids"/>. Ends when all are over.</summary>
    /// <param name="name">What they are called until Nova says.</param>
    public async IAsyncEnumerable<IReadOnlyList<Boot>> FollowAsync(IReadOnlyList<string> ids, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = Channel.CreateBounded<HostEvent>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        var watching = WatchAsync(ids, events.Writer, done.Token);
        try
        {
            var start = time.GetUtcNow();
            var boots = ids.Select(id => new Boot { Id = id, Name = name, Steps = [new BootStep("Accepted by Nova", start)] }).ToArray();
            yield return [.. boots];
            using var clock = new PeriodicTimer(Period, time);
            var tick = Task.FromResult(true);
            var word = events.Reader.WaitToReadAsync(done.Token).AsTask();
            while (true)
            {
                var look = tick.IsCompleted;
                if (look)
                {
                    tick = clock.WaitForNextTickAsync(done.Token).AsTask();
                }

                while (events.Reader.TryRead(out var seen))
                {
                    var at = Array.FindIndex(boots, b => b.Id == seen.State!.Id);
                    boots[at] = Hear(boots[at], seen);
                    // When the host has done its part, Nova is about to say so.
                    look |= seen.State!.Operation is null;
                }

                for (var i = 0; look && i < boots.Length; i++)
                {
                    boots[i] = boots[i].IsOver ? boots[i] : await LookAsync(boots[i], cancellationToken);
                }

                yield return [.. boots];
                if (Array.TrueForAll(boots, b => b.IsOver))
                {
                    yield break;
                }

                word = word.IsCompleted ? events.Reader.WaitToReadAsync(done.Token).AsTask() : word;
                await Task.WhenAny(tick, word);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }
    }

    private async Task WatchAsync(IReadOnlyList<string> ids, ChannelWriter<HostEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var seen in cloud.WatchStepsAsync(cancellationToken))
            {
                if (seen is { Type: HostEvent.Instance, State: { } state } && ids.Contains(state.Id))
                {
                    await events.WriteAsync(seen, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits for steps any more.
        }
    }

    private static Boot Hear(Boot boot, HostEvent seen)
    {
        var state = seen.State!;
        boot = state.Fault is { } fault ? boot with { FaultCode = fault.Code, Fault = fault.Message } : boot;
        return boot.IsOver || state.Operation is not { Name: "spawn" } operation ? boot : boot.See(Sentence(operation.Step), seen.Time, operation.BytesDone, operation.BytesTotal);
    }

    private async Task<Boot> LookAsync(Boot boot, CancellationToken cancellationToken)
    {
        try
        {
            var server = await cloud.GetServerAsync(boot.Id, cancellationToken);
            var now = time.GetUtcNow();
            boot = boot with { Name = Visible.Of(server.Name), Silent = null };
            return server.Status switch
            {
                "ERROR" => boot.End(BootPhase.Failed, now) with { Fault = server.Fault is { } fault ? FaultWords.Plain(fault.Message) : boot.Fault },
                "DELETED" or "SOFT_DELETED" => boot.End(BootPhase.Gone, now),
                "BUILD" => Doing(server) is { } task && boot.Steps.Count < 2 ? boot.See(task, now) : boot,
                _ => boot.End(BootPhase.Started, now),
            };
        }
        catch (OpenStackException gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            return boot.End(BootPhase.Gone, time.GetUtcNow());
        }
        catch (OpenStackException failed)
        {
            return boot with { Silent = failed.Message };
        }
    }

    // Nova's own steps are coarse; the driver host's follow them.
    private static string? Doing(Server server) => server.TaskState switch
    {
        "scheduling" => "Choosing a host",
        "networking" => "Making the network",
        "spawning" or "block_device_mapping" => "Handed to the host",
        _ => null,
    };

    private static string Sentence(string step) => step.Length == 0 ? step : char.ToUpperInvariant(step[0]) + step[1..];
}
