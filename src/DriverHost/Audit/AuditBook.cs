using System.Threading.Channels;
using DriverHost.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Audit;

/// <summary>
/// Who did what to which instance. Written in the background, in order, many entries to a transaction; a stop waits until all are in the file.
/// The newest <see cref="Kept"/> entries are kept, those of deleted instances too.
/// </summary>
internal sealed class AuditBook(IDbContextFactory<LedgerDb> factory, TimeProvider time, ILogger<AuditBook> logger) : IHostedService
{
    public const int Kept = 100_000;
    private const int MostWaiting = 10_000;
    private const int MostAtOnce = 500;

    /// <summary>The database itself refuses to change or forget an entry, but for those that the bound lets go.</summary>
    public static readonly string Guards = $"""
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit book is kept as it was written'); END;
        CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE Id = NEW.Id)
          BEGIN SELECT RAISE(ABORT, 'the audit book is kept as it was written'); END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN OLD.Id > (SELECT max(Id) FROM audit) - {Kept}
          BEGIN SELECT RAISE(ABORT, 'the audit book is kept as it was written'); END;
        CREATE TRIGGER audit_bound AFTER INSERT ON audit BEGIN DELETE FROM audit WHERE Id <= NEW.Id - {Kept}; END
        """;

    private readonly Channel<Entry> _waiting = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private Task _writing = Task.CompletedTask;

    /// <summary>Entries that are not in the file yet.</summary>
    public int Waiting => _waiting.Reader.Count;

    /// <summary>Notes what happened. Takes no time, unless the disk is far behind: whoever writes waits then, instead of memory that grows.</summary>
    public ValueTask WriteAsync(AuditEntry entry) => TakeAsync(new Entry(entry.ToRow(time.GetUtcNow()), null));

    /// <summary>Notes what is about to happen, and returns when it is safely in the file: what throws here must not happen.</summary>
    public async Task WriteThroughAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await TakeAsync(new Entry(entry.ToRow(time.GetUtcNow()), written));
        await written.Task.WaitAsync(cancellationToken);
    }

    /// <summary>An instance's entries, newest first.</summary>
    /// <param name="projectId">Only those of this project; null for whoever may see all.</param>
    /// <param name="before">Only those older than the entry of this id.</param>
    public async Task<IReadOnlyList<AuditRow>> OfInstanceAsync(string instanceId, string? projectId, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Audit.AsNoTracking()
            .Where(r => r.InstanceId == instanceId && (projectId == null || r.ProjectId == projectId) && (before == null || r.Id < before))
            .OrderByDescending(r => r.Id).Take(limit).ToListAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = Task.Run(WriteAllAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Services stop in the opposite order of their start: whoever writes has stopped before.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _writing.WaitAsync(cancellationToken);
    }

    private async ValueTask TakeAsync(Entry waiting)
    {
        try
        {
            await _waiting.Writer.WriteAsync(waiting);
        }
        catch (ChannelClosedException)
        {
            // After the stop: straight into the file.
            await WriteToFileAsync([waiting]);
        }
    }

    private async Task WriteAllAsync()
    {
        var next = new List<Entry>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (next.Count < MostAtOnce && _waiting.Reader.TryRead(out var waiting))
            {
                next.Add(waiting);
            }

            await WriteToFileAsync(next);
            next.Clear();
        }
    }

    private async Task WriteToFileAsync(IReadOnlyList<Entry> entries)
    {
        try
        {
            await using var db = await factory.CreateDbContextAsync();
            db.Audit.AddRange(entries.Select(e => e.Row));
            await db.SaveChangesAsync();
        }
        catch (Exception failed)
        {
            // Not silently lost: the application log has the words, and whoever waits is told no.
            foreach (var (row, written) in entries)
            {
                AuditLog.NotWritten(logger, failed, row.Kind, row.InstanceId, row.UserId, row.Detail);
                written?.TrySetException(failed);
            }

            return;
        }

        foreach (var (_, written) in entries)
        {
            written?.TrySetResult();
        }
    }

    private sealed record Entry(AuditRow Row, TaskCompletionSource? Written);
}

internal static partial class AuditLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The audit book could not take {Kind} of instance {Instance} by user {User}: {Detail}")]
    public static partial void NotWritten(ILogger logger, Exception exception, string kind, string instance, string user, string detail);
}
