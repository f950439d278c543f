using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Catalog;

internal sealed record CatalogService(string Id, string Type, string Name, IReadOnlyList<EndpointRow> Endpoints);

/// <summary>The catalog as tokens carry it; read once and again after a change.</summary>
internal sealed class CatalogStore(IDbContextFactory<CloudDb> factory)
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyList<CatalogService>? _catalog;
    private long _changes;

    public async ValueTask<IReadOnlyList<CatalogService>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_catalog is { } known)
        {
            return known;
        }

        var changes = Interlocked.Read(ref _changes);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var endpoints = await db.Set<EndpointRow>().AsNoTracking().Where(e => e.Enabled).OrderBy(e => e.Interface).ThenBy(e => e.Id).ToListAsync(cancellationToken);
        var services = await db.Set<ServiceRow>().AsNoTracking().Where(s => s.Enabled).OrderBy(s => s.Type).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        IReadOnlyList<CatalogService> read = [.. services.Select(s => new CatalogService(s.Id, s.Type, s.Name, [.. endpoints.Where(e => e.ServiceId == s.Id)]))];
        lock (_gate)
        {
            // What changed while it was read is not in it: good for this answer, not for the next.
            if (changes == _changes)
            {
                _catalog = read;
            }
        }

        return read;
    }

    public void Forget()
    {
        lock (_gate)
        {
            _changes++;
            _catalog = null;
        }
    }
}
