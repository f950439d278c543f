using DriverHost.Containers;
using DriverHost.Images;
using DriverHost.Store;
using Microsoft.Extensions.Hosting;

namespace DriverHost.Host;

/// <summary>First of all: opens the books and empties the staging area. Without the books there is no driver host.</summary>
internal sealed class Opening(Ledger ledger, InstanceBook book, Staging staging) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        staging.Clear();
        await ledger.OpenAsync(cancellationToken);
        await book.ReadLedgerAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
