using System.Globalization;
using System.Threading.Channels;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Containers;
using DriverHost.Host;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Docker;

/// <summary>
/// Keeps <see cref="InstanceBook"/> true: lists once per connection, then follows the engine's events. Events that were missed while the
/// connection was down do not matter, because the list comes again.
/// </summary>
internal sealed class EngineWatcher(
    Engine engine, EngineEvents events, InstanceBook book, Reconciler reconciler, Leftovers leftovers, HostProbe probe, HostId host, EnginePatience patience, TimeProvider time, ILogger<EngineWatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private Channel<Message>? _messages;

    /// <summary>Events of the engine that are not taken in yet.</summary>
    public int Waiting => _messages?.Reader.Count ?? 0;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstWait;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(() => wait = FirstWait, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost)
            {
                if (book.EngineAnswers || wait == FirstWait)
                {
                    DockerLog.Lost(logger, lost);
                }
            }

            // It may come back as another.
            book.SetEngineAnswers(false);
            probe.Forget();
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task WatchAsync(Action connected, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var messages = _messages = Channel.CreateUnbounded<Message>();
        var parameters = new ContainerEventsParameters
        {
            // A second of overlap: the list below and the stream must not leave a hole between them.
            Since = (time.GetUtcNow().ToUnixTimeSeconds() - 1).ToString(CultureInfo.InvariantCulture),
            Filters = Labels.Filter($"{Labels.Owner}={host}"),
        };
        parameters.Filters["type"] = new Dictionary<string, bool> { ["container"] = true };
        var following = Task.WhenAll(FollowAsync(client, parameters, messages.Writer, connection.Token), BeatAsync(client, messages.Writer, connection.Token));
        try
        {
            await ListAsync(client, connection.Token);
            book.SetEngineAnswers(true);
            connected();
            await reconciler.OnceAsync(client, connection.Token);
            leftovers.Look();
            await foreach (var message in messages.Reader.ReadAllAsync(connection.Token))
            {
                await TakeAsync(client, message, connection.Token);
            }
        }
        finally
        {
            await connection.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task FollowAsync(DockerClient client, ContainerEventsParameters parameters, ChannelWriter<Message> messages, CancellationToken cancellationToken)
    {
        try
        {
            await client.System.MonitorEventsAsync(parameters, new Taker(messages), cancellationToken);
            messages.TryComplete(new IOException("The engine ended its event stream."));
        }
        catch (Exception lost)
        {
            messages.TryComplete(lost);
        }
    }

    // An engine that hangs keeps its streams open: without this it would count as well for ever.
    private async Task BeatAsync(DockerClient client, ChannelWriter<Message> messages, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(patience.Pulse, time, cancellationToken);
                await client.System.PingAsync(cancellationToken).WaitAsync(patience.Pulse * 3, time, cancellationToken);
            }
        }
        catch (Exception lost)
        {
            messages.TryComplete(lost);
        }
    }

    private async Task ListAsync(DockerClient client, CancellationToken cancellationToken)
    {
        var listed = await client.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = Labels.Filter($"{Labels.Owner}={host}", Labels.Instance) }, cancellationToken);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var container in listed)
        {
            if (await RefreshAsync(client, container.Labels[Labels.Instance], container.ID, cancellationToken))
            {
                seen.Add(container.Labels[Labels.Instance]);
            }
        }

        foreach (var entry in book.Entries().Where(e => !seen.Contains(e.Row.Id) && e.Container is not null))
        {
            book.SetContainer(entry.Row.Id, null);
        }
    }

    private async Task TakeAsync(DockerClient client, Message message, CancellationToken cancellationToken)
    {
        if (message.Actor?.Attributes is not { } attributes || !attributes.TryGetValue(Labels.Instance, out var instanceId))
        {
            return;
        }

        // exec_start and the like say nothing about the state.
        if (message.Action is { } action && !action.StartsWith("exec_", StringComparison.Ordinal) && action is not ("top" or "resize" or "archive-path" or "extract-to-dir" or "attach"))
        {
            await RefreshAsync(client, instanceId, message.Actor.ID, cancellationToken);
            events.Publish(new EngineEvent(instanceId, message.Actor.ID, action, message.TimeNano ?? 0, new Dictionary<string, string>(attributes)));
        }
    }

    private async Task<bool> RefreshAsync(DockerClient client, string instanceId, string containerId, CancellationToken cancellationToken)
    {
        try
        {
            book.SetContainer(instanceId, ContainerFacts.From(await client.Containers.InspectContainerAsync(containerId, cancellationToken)));
            return true;
        }
        catch (DockerContainerNotFoundException)
        {
            if (book.Entry(instanceId)?.Container?.Id == containerId)
            {
                book.SetContainer(instanceId, null);
            }

            return false;
        }
    }

    private sealed class Taker(ChannelWriter<Message> messages) : IProgress<Message>
    {
        public void Report(Message value) => messages.TryWrite(value);
    }
}

internal static partial class DockerLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The Docker engine does not answer; trying again until it does")]
    public static partial void Lost(ILogger logger, Exception exception);
}
