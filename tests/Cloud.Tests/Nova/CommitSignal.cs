using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Cloud.Tests.Nova;

/// <summary>Tells each time that the cloud has written to its books: what a test waits on instead of a clock.</summary>
internal sealed class CommitSignal : IDbTransactionInterceptor, ISaveChangesInterceptor
{
    private TaskCompletionSource _next = New();

    /// <summary>Ends at the next write after this was read.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken)
    {
        Signal();
        return Task.CompletedTask;
    }

    public ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken)
    {
        Signal();
        return new ValueTask<int>(result);
    }

    private void Signal() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
