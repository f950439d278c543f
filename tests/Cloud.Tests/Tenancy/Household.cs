using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cloud.Keystone.Tokens;
using Cloud.Store;
using Cloud.Tests.Glance;
using Cloud.Tests.Nova;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Tests.Tenancy;

/// <summary>A project with one of everything, and those who have no business there, or not every business.</summary>
internal sealed class Household
{
    private const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f person@desk";
    private readonly Dictionary<string, string> _things = [];

    private Household(Tenant owner, HttpClient stranger, HttpClient reader, HttpClient expired, string token)
    {
        (Owner, Stranger, Reader, Expired, OwnersToken) = (owner, stranger, reader, expired, token);
    }

    public Tenant Owner { get; }
    public HttpClient Stranger { get; }
    public HttpClient Reader { get; }
    public HttpClient Expired { get; }
    /// <summary>The subject of the routes that are about a token.</summary>
    public string OwnersToken { get; }

    public static async Task<Household> FurnishAsync(NovaFixture cloud)
    {
        var (owner, stranger) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        using var admin = await cloud.AdminAsync();
        var house = new Household(
            owner, stranger.Client, await ReaderAsync(cloud, admin, owner), cloud.Bearing(await ExpiredAsync(cloud, owner)), await cloud.TokenAsync(owner.Name, owner.Password, owner.Name));
        await house.AddIdentitiesAsync(admin);
        await house.AddImageAsync();
        await house.AddComputeAsync(cloud, admin);
        return house;
    }

    /// <summary>The route's path with the owner's things in it.</summary>
    public string Fill(string pattern)
    {
        var segments = pattern.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            if (segments[i].StartsWith('{'))
            {
                var name = segments[i].Trim('{', '}');
                segments[i] = _things[_things.ContainsKey($"{segments[i - 1]}/{name}") ? $"{segments[i - 1]}/{name}" : name];
            }
        }

        return string.Join('/', segments);
    }

    private async Task AddIdentitiesAsync(HttpClient admin)
    {
        var role = (await admin.ReadAsync("/identity/v3/roles?name=member")).TextAt("roles", "0", "id")!;
        var credential = await Owner.Client.PostAsync($"/identity/v3/users/{Owner.UserId}/application_credentials", new JsonObject { ["application_credential"] = new JsonObject { ["name"] = "robot" } });
        _things["domains/id"] = _things["domains/targetId"] = "default";
        _things["projects/id"] = _things["projects/targetId"] = _things["project"] = Owner.ProjectId;
        _things["users/id"] = _things["userId"] = Owner.UserId;
        _things["roles/id"] = _things["roleId"] = role;
        _things["regions/id"] = "RegionOne";
        _things["services/id"] = "embedded-compute";
        _things["endpoints/id"] = (await admin.ReadAsync("/identity/v3/endpoints")).TextAt("endpoints", "0", "id")!;
        _things["application_credentials/id"] = credential.Expect(HttpStatusCode.Created).TextAt("application_credential", "id")!;
    }

    private async Task AddImageAsync()
    {
        var image = await Owner.Client.CreateActiveAsync(more: new JsonObject { ["tags"] = new JsonArray("a") });
        (await Owner.Client.PostAsync($"{Images.Path}/{image}/members", new JsonObject { ["member"] = "friend" })).Expect(HttpStatusCode.OK);
        _things["images/id"] = image;
        _things["member"] = "friend";
        _things["tag"] = _things["key"] = "a";
    }

    private async Task AddComputeAsync(NovaFixture cloud, HttpClient admin)
    {
        var flavor = new JsonObject { ["name"] = Owner.Name, ["vcpus"] = 1, ["ram"] = 64, ["disk"] = 1, ["os-flavor-access:is_public"] = false };
        var id = (await admin.NovaAsync("POST", "/flavors", new JsonObject { ["flavor"] = flavor })).Expect(HttpStatusCode.OK).TextAt("flavor", "id")!;
        (await admin.NovaAsync("POST", $"/flavors/{id}/os-extra_specs", new JsonObject { ["extra_specs"] = new JsonObject { ["a"] = "b" } })).Expect(HttpStatusCode.OK);
        (await admin.NovaAsync("POST", $"/flavors/{id}/action", new JsonObject { ["addTenantAccess"] = new JsonObject { ["tenant"] = Owner.ProjectId } })).Expect(HttpStatusCode.OK);
        (await Owner.Client.NovaAsync("POST", "/os-keypairs", new JsonObject { ["keypair"] = new JsonObject { ["name"] = "laptop", ["public_key"] = PublicKey } })).Expect(HttpStatusCode.Created);
        var server = await cloud.LaunchAsync(Owner.Client, new JsonObject { ["networks"] = "auto", ["metadata"] = new JsonObject { ["a"] = "b" }, ["tags"] = new JsonArray("a") });
        var service = (await admin.NovaAsync("GET", "/os-services?binary=nova-compute")).TextAt("services", "0", "id")!;
        _things["flavors/id"] = id;
        _things["os-keypairs/name"] = "laptop";
        _things["os-quota-class-sets/name"] = "default";
        _things["servers/id"] = server;
        _things["request"] = (await Owner.Client.NovaAsync("GET", $"/servers/{server}/os-instance-actions")).TextAt("instanceActions", "0", "request_id")!;
        _things["network"] = (await Owner.Client.NovaAsync("GET", $"/servers/{server}/ips")).At("addresses").EnumerateObject().First().Name;
        _things["os-services/id"] = _things["os-hypervisors/id"] = service;
        _things["pattern"] = "test";
        _things["os-server-groups/id"] = "none";
    }

    private static async Task<HttpClient> ReaderAsync(CloudFixture cloud, HttpClient admin, Tenant owner)
    {
        var name = $"{owner.Name}-r";
        var user = await CloudFixture.CreateAsync(admin, "user", new JsonObject { ["name"] = name, ["password"] = "correct horse" });
        var role = (await admin.ReadAsync("/identity/v3/roles?name=reader")).TextAt("roles", "0", "id");
        (await admin.PutAsync($"/identity/v3/projects/{owner.ProjectId}/users/{user}/roles/{role}")).Expect(HttpStatusCode.NoContent);
        return await cloud.SignInAsync(name, "correct horse", owner.Name);
    }

    // A token of the owner whose end is written into the past before anybody has used it.
    private static async Task<string> ExpiredAsync(CloudFixture cloud, Tenant owner)
    {
        var token = await cloud.TokenAsync(owner.Name, owner.Password, owner.Name);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        await using var db = await cloud.Services.GetRequiredService<IDbContextFactory<CloudDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var yesterday = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
        Assert.Equal(1, await db.Set<TokenRow>().Where(t => t.Hash == hash).ExecuteUpdateAsync(t => t.SetProperty(x => x.ExpiresAt, yesterday), TestContext.Current.CancellationToken));
        return token;
    }
}
