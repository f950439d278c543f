using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Keystone.Catalog;
using Cloud.Keystone.Tokens;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Keystone.Identity;

/// <summary>
/// The five routes that every Keystone resource has: list, show, create, update, delete. What differs is said in the properties.
/// Writing needs the role admin; who may read is up to <see cref="MayRead"/>.
/// </summary>
internal sealed class Resource<T>
    where T : class
{
    /// <summary>For example <c>project</c>: the body's wrapper, the path is its plural.</summary>
    public required string Name { get; init; }
    public string Plural => Name + "s";
    public required Func<T, CloudOptions, JsonObject> View { get; init; }
    public required Expression<Func<T, string>> Id { get; init; }
    /// <summary>Makes the row from a create body.</summary>
    public required Func<JsonElement, Caller, T> Create { get; init; }
    /// <summary>Applies an update body to the row.</summary>
    public required Action<T, JsonElement> Update { get; init; }
    /// <summary>Narrows a list by the request's query.</summary>
    public Func<IQueryable<T>, IQueryCollection, IQueryable<T>> Filter { get; init; } = (rows, _) => rows;
    public Func<Caller, T, bool> MayRead { get; init; } = (caller, _) => caller.IsAdmin || caller.IsService;
    /// <summary>Anybody may list, and sees what <see cref="MayRead"/> lets through.</summary>
    public bool EverybodyLists { get; init; }
    public Func<CloudDb, T, CancellationToken, Task> BeforeWrite { get; init; } = (_, _, _) => Task.CompletedTask;
    public Func<CloudDb, T, CancellationToken, Task> BeforeDelete { get; init; } = (_, _, _) => Task.CompletedTask;

    public void Map(IEndpointRouteBuilder v3)
    {
        v3.MapGet($"/{Plural}", ListAsync);
        v3.MapPost($"/{Plural}", CreateAsync);
        v3.MapMethods($"/{Plural}/{{id}}", ["GET", "HEAD"], ShowAsync);
        v3.MapPatch($"/{Plural}/{{id}}", UpdateAsync);
        v3.MapDelete($"/{Plural}/{{id}}", DeleteAsync);
    }

    private async Task<IResult> ListAsync(HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        if (!EverybodyLists && !caller.IsService)
        {
            caller.RequireAdmin();
        }

        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var rows = await Filter(db.Set<T>().AsNoTracking(), context.Request.Query).ToListAsync(cancellationToken);
        return Json.Ok(IdentityView.List(Plural, rows.Where(r => MayRead(caller, r)).Select(r => View(r, options)), options, $"/{Plural}"));
    }

    private async Task<IResult> ShowAsync(string id, HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var row = await FindAsync(db, id, cancellationToken);
        return MayRead(context.Caller(), row) ? Json.Ok(Wrap(row, options)) : throw Missing(id);
    }

    private async Task<IResult> CreateAsync(HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CatalogStore catalog, CancellationToken cancellationToken)
    {
        context.Caller().RequireAdmin();
        var row = Create(await context.Request.ReadObjectAsync(Name, cancellationToken), context.Caller());
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await BeforeWrite(db, row, cancellationToken);
        db.Add(row);
        await SaveAsync(db, cancellationToken);
        catalog.Forget();
        return Json.Created(Wrap(row, options));
    }

    private async Task<IResult> UpdateAsync(
        string id, HttpContext context, IDbContextFactory<CloudDb> factory, CloudOptions options, CatalogStore catalog, TokenStore tokens, CancellationToken cancellationToken)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var row = await FindAsync(db, id, cancellationToken);
        Update(row, await context.Request.ReadObjectAsync(Name, cancellationToken));
        await BeforeWrite(db, row, cancellationToken);
        await SaveAsync(db, cancellationToken);
        catalog.Forget();
        tokens.Forget();
        return Json.Ok(Wrap(row, options));
    }

    private async Task<IResult> DeleteAsync(string id, HttpContext context, IDbContextFactory<CloudDb> factory, CatalogStore catalog, TokenStore tokens, CancellationToken cancellationToken)
    {
        context.Caller().RequireAdmin();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var row = await FindAsync(db, id, cancellationToken);
        await BeforeDelete(db, row, cancellationToken);
        db.Remove(row);
        await SaveAsync(db, cancellationToken);
        catalog.Forget();
        tokens.Forget();
        return Results.NoContent();
    }

    private async Task<T> FindAsync(CloudDb db, string id, CancellationToken cancellationToken)
    {
        var same = Expression.Lambda<Func<T, bool>>(Expression.Equal(Id.Body, Expression.Constant(id)), Id.Parameters);
        return await db.Set<T>().FirstOrDefaultAsync(same, cancellationToken) ?? throw Missing(id);
    }

    private async Task SaveAsync(CloudDb db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException duplicate) when (duplicate.InnerException is Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 19 })
        {
            throw CloudFailure.Conflict($"Conflict occurred attempting to store {Name} - Duplicate entry: there is another {Name} of that name or id.");
        }
    }

    private CloudFailure Missing(string id) => CloudFailure.NotFound($"Could not find {Name}: {id}.");

    private JsonObject Wrap(T row, CloudOptions options) => new() { [Name] = View(row, options) };
}
