using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Keystone.Bootstrap;
using Cloud.Keystone.Catalog;
using Cloud.Keystone.Identity;
using Cloud.Keystone.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Keystone;

internal static class KeystoneHosting
{
    public static void AddKeystone(this IServiceCollection services)
    {
        services.AddFaultWriter<KeystoneFaults>();
        services.AddSingleton<TokenStore>();
        services.AddSingleton<ICallers>(p => p.GetRequiredService<TokenStore>());
        services.AddSingleton<Passwords>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<CatalogStore>();
        services.AddHostedService<KeystoneStart>();
    }

    public static void MapKeystone(this WebApplication app)
    {
        app.MapGet("/identity", (CloudOptions options) => Json.Answer(new JsonObject { ["versions"] = new JsonObject { ["values"] = new JsonArray(Version(options)) } }, StatusCodes.Status300MultipleChoices)).AllowNoToken();
        var v3 = app.MapGroup("/identity/v3");
        v3.MapGet("/", (CloudOptions options) => Json.Ok(new JsonObject { ["version"] = Version(options) })).AllowNoToken();
        v3.MapTokens();
        v3.MapResources();
        v3.MapPasswords();
        v3.MapAssignments();
        v3.MapApplicationCredentials();
    }

    private static JsonObject Version(CloudOptions options) => new()
    {
        ["id"] = "v3.14",
        ["status"] = "stable",
        ["updated"] = "2020-04-07T00:00:00Z",
        ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = $"{options.Url.ToString().TrimEnd('/')}/identity/v3/" }),
        ["media-types"] = new JsonArray(new JsonObject { ["base"] = "application/json", ["type"] = "application/vnd.openstack.identity-v3+json" }),
    };
}
