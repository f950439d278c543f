using System.Text.Json;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Alerts;

/// <summary>
/// Sends the notices that wait in the books, one at a time for each project, a few times with growing waits. A stop or a crash loses none: what was being sent
/// may come twice then, with the same <see cref="AlertWebhook.DeliveryHeader"/>.
/// </summary>
internal sealed class AlertDelivery(AlertLedger ledger, AlertWebhook webhook, InstanceBook book, AlertPatience patience, DriverHostMetrics metrics, TimeProvider time, ILogger<AlertDelivery> logger) : BackgroundService
{
    private const int MostAtOnce = 16;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);
    private readonly AlertBell _bell = new();

    /// <summary>There may be something to send.</summary>
    public void Look() => _bell.Ring();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sending = new Dictionary<string, Task>(StringComparer.Ordinal);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var rung = _bell.Next;
                var wait = AfterFailure;
                try
                {
                    wait = await BeginAsync(sending, stoppingToken);
                }
                catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
                {
                    AlertsLog.NotSent(logger, failed);
                }

                await rung.WaitAsync(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            await Task.WhenAll(sending.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How long until the next is due.</returns>
    private async Task<TimeSpan> BeginAsync(Dictionary<string, Task> sending, CancellationToken cancellationToken)
    {
        foreach (var (project, _) in sending.Where(s => s.Value.IsCompleted).ToArray())
        {
            // What failed there is told here, and tried again.
            sending.Remove(project, out var ended);
            await ended!;
        }

        var now = time.GetUtcNow();
        var wait = LongestWait;
        foreach (var (firing, rule) in await ledger.QueuedAsync(cancellationToken))
        {
            if (firing.NextTryAt > now)
            {
                var rest = firing.NextTryAt.Value - now;
                wait = rest < wait ? rest : wait;
            }
            else if (sending.Count < MostAtOnce && !sending.ContainsKey(firing.ProjectId))
            {
                sending[firing.ProjectId] = SendAndLookAsync(firing, rule, cancellationToken);
            }
        }

        return wait;
    }

    private async Task SendAndLookAsync(AlertFiringRow firing, AlertRuleRow rule, CancellationToken cancellationToken)
    {
        try
        {
            // Not on the loop's own turn: it must find the task in its place before that ends.
            await Task.Yield();
            await SendAsync(firing, rule, cancellationToken);
        }
        finally
        {
            _bell.Ring();
        }
    }

    private async Task SendAsync(AlertFiringRow firing, AlertRuleRow rule, CancellationToken cancellationToken)
    {
        var spec = JsonSerializer.Deserialize(rule.Spec, DriverHostJson.Default.AlertRuleSpec)!;
        var body = JsonSerializer.SerializeToUtf8Bytes(Notice(firing), DriverHostJson.Default.AlertNotice);
        var answer = await webhook.PostAsync(new Uri(spec.Webhook!), rule.Secret!, FormattableString.Invariant($"{rule.Id}-{firing.Id}"), body, cancellationToken);
        firing.Tries++;
        firing.DeliveryWords = answer.Words;
        firing.NextTryAt = null;
        if (answer.Delivered)
        {
            firing.Delivery = AlertDeliveryState.Delivered;
            metrics.NoticeSent("delivered");
        }
        else if (answer.Final || firing.Tries > patience.Waits.Count)
        {
            firing.Delivery = AlertDeliveryState.Failed;
            metrics.NoticeSent("failed");
            AlertsLog.Failed(logger, firing.Id, firing.InstanceId, answer.Words);
        }
        else
        {
            metrics.NoticeSent("retried");
            firing.NextTryAt = time.GetUtcNow() + patience.Waits[firing.Tries - 1];
        }

        await ledger.SetDeliveryAsync(firing, cancellationToken);
    }

    private AlertNotice Notice(AlertFiringRow firing)
    {
        var name = book.Entry(firing.InstanceId)?.Spec.Name ?? firing.InstanceId;
        return new AlertNotice
        {
            Text = $"{name}: {firing.RuleName}: {firing.Text}",
            RuleId = firing.RuleId,
            RuleName = firing.RuleName,
            ProjectId = firing.ProjectId,
            InstanceId = firing.InstanceId,
            InstanceName = name,
            At = firing.At,
            Line = firing.Event is null ? firing.Text : null,
            Stream = firing.Stream,
            Event = firing.Event,
            EventWords = firing.Event is null ? null : firing.Text,
            HeldBack = firing.HeldBefore,
            Link = firing.Cursor is { } cursor ? $"/instances/{firing.InstanceId}?tab=log&line={cursor}" : $"/instances/{firing.InstanceId}?tab=log",
        };
    }
}
