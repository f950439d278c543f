using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.History;
using DriverHost.Http;
using DriverHost.Logs;

namespace DriverHost.Alerts;

/// <summary>Makes and removes rules.</summary>
internal sealed class AlertRules(DriverHostOptions options, InstanceBook book, EventMarks marks, AlertLedger ledger, AlertWatcher watcher, TimeProvider time)
{
    private readonly EngineSocket _engine = new(options.DockerEndpoint.LocalPath);

    /// <param name="spec">Checked by <see cref="AlertSpecCheck"/>.</param>
    /// <returns>The rule as it is in the books, with its secret.</returns>
    public async Task<AlertRuleRow> AddAsync(HostInstance instance, AlertRuleSpec spec, string user, CancellationToken cancellationToken)
    {
        var ofEvents = spec.Events.Count > 0;
        // First the place, then the time: what comes between them is older than the rule.
        var begin = ofEvents ? NewestMark(instance) : await NewestLineAsync(instance.Id, cancellationToken);
        var rule = new AlertRuleRow
        {
            Id = Guid.NewGuid().ToString(),
            InstanceId = instance.Id,
            ProjectId = instance.ProjectId,
            Spec = JsonSerializer.Serialize(spec, DriverHostJson.Default.AlertRuleSpec),
            OfEvents = ofEvents,
            Secret = spec.Webhook is null ? null : RandomNumberGenerator.GetHexString(64, lowercase: true),
            CreatedAt = time.GetUtcNow(),
            CreatedBy = user,
        };
        if (!await ledger.AddAsync(rule, begin, cancellationToken))
        {
            throw DriverFailure.Conflict("too_many_rules", $"The project has {AlertLimits.RulesPerProject} alert rules on this host, and may not have more. Delete one first.");
        }

        if (book.Entry(instance.Id) is null)
        {
            // Deleted meanwhile: it took its rules before this one was there.
            await ledger.RemoveAsync(instance.Id, rule.Id, CancellationToken.None);
            throw Auth.CallerAccess.NoInstance(instance.Id);
        }

        await watcher.ChangeAsync(instance.Id, CancellationToken.None);
        return rule;
    }

    /// <returns>False: there was none.</returns>
    public async Task<bool> RemoveAsync(string instanceId, string ruleId, CancellationToken cancellationToken)
    {
        var removed = await ledger.RemoveAsync(instanceId, ruleId, cancellationToken);
        await watcher.ChangeAsync(instanceId, CancellationToken.None);
        return removed;
    }

    private string? NewestMark(HostInstance instance) => marks.Recorded(instance.ProjectId, instance.Id) is [.., var last] ? last.Line : null;

    private async Task<string?> NewestLineAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (book.Entry(instanceId)?.Container is not { } container)
        {
            return null;
        }

        try
        {
            return await Task.Run(
                () =>
                {
                    var newest = new Newest();
                    if (ContainerState.Read(_engine, container.Id) is { } state)
                    {
                        new EngineLog(_engine, container.Id, state.Tty).Read(new LogRange(Tail: 1), newest);
                    }

                    return newest.Cursor?.ToString();
                },
                cancellationToken);
        }
        catch (Exception failed) when (failed is IOException or SocketException)
        {
            throw new DriverFailure(503, "engine_unreachable", "The Docker engine does not answer, so nobody knows where the rule would begin. Try again when it does.", failed);
        }
    }

    private sealed class Newest : ILogSink
    {
        public LogCursor? Cursor { get; private set; }

        public void Take(in LogLine line) => Cursor = line.Kind is LogKind.Out or LogKind.Err ? line.Cursor : Cursor;
    }
}
