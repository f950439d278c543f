using Cloud.Http;
using Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Servers;

/// <summary><c>/servers/{id}/ips</c>: an instance's addresses, by network.</summary>
internal sealed class ServerAddressesApi(IDbContextFactory<CloudDb> factory)
{
    public static void Map(RouteGroupBuilder v21)
    {
        v21.MapGet("/servers/{id}/ips", (HttpContext context, string id, ServerAddressesApi api) => api.ListAsync(context, id));
        v21.MapGet("/servers/{id}/ips/{network}", (HttpContext context, string id, string network, ServerAddressesApi api) => api.ShowAsync(context, id, network));
    }

    private async Task ListAsync(HttpContext context, string id)
    {
        var row = await ReadAsync(context, id);
        await NovaJson.WriteAsync(context, StatusCodes.Status200OK, json => ServerAddresses.Write(json, "addresses", row, extended: false));
    }

    private async Task ShowAsync(HttpContext context, string id, string network)
    {
        var row = await ReadAsync(context, id);
        var addresses = ServerAddresses.ByNetwork(row).FirstOrDefault(n => n.Key == network) ?? throw CloudFailure.NotFound($"Instance {id} is on no network of that name.");
        await NovaJson.WriteAsync(context, StatusCodes.Status200OK, json => ServerAddresses.WriteNetwork(json, addresses, extended: false));
    }

    private async Task<InstanceRow> ReadAsync(HttpContext context, string id)
    {
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        return await db.Set<InstanceRow>().AsNoTracking().GetInstanceAsync(context.Caller(), id, context.RequestAborted);
    }
}
