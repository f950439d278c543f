using System.Net;
using OpenStack.Keystone;
using OpenStack.Nova;
using OpenStack.Session;
using OpenStack.Tests.Session;

namespace OpenStack.Tests.Protocol;

/// <summary>What only a cloud of several hosts has. The answers are those of a real Nova and Placement of the release Zed.</summary>
public sealed class SchedulingProtocolTests
{
    private string? _asked;
    private string? _sent;

    [Fact]
    public async Task CacheImages_AsksTheAggregate()
    {
        var session = Session("");

        await session.Nova.CacheImagesAsync(1, new CacheImages([new ImageToCache("63ca0d84-2d57-4ad4-a2a6-cf74e3c3a5f5")]), TestContext.Current.CancellationToken);

        Assert.Equal("http://cloud.test/compute/v2.1/os-aggregates/1/images compute 2.93", _asked);
        Assert.Equal("""{"cache":[{"id":"63ca0d84-2d57-4ad4-a2a6-cf74e3c3a5f5"}]}""", _sent);
    }

    [Fact]
    public async Task ListAggregates_ReadsThem()
    {
        var session = Session("""{"aggregates": [{"id": 1, "uuid": "3d10f59f-04f9-4c6a-a957-29e600de3b63", "name": "rack-1", "hosts": ["localhost"], "metadata": {"availability_zone": "north"}, "created_at": "2026-11-28T23:28:42.000000", "updated_at": null, "deleted_at": null, "deleted": false, "availability_zone": "north"}]}""");

        var aggregate = Assert.Single((await session.Nova.ListAggregatesAsync(TestContext.Current.CancellationToken)).Aggregates);

        Assert.Equal("http://cloud.test/compute/v2.1/os-aggregates compute 2.93", _asked);
        Assert.Equal((1, "rack-1", "north", "localhost", "north"), (aggregate.Id, aggregate.Name, aggregate.AvailabilityZone, Assert.Single(aggregate.Hosts), aggregate.Metadata["availability_zone"]));
    }

    [Fact]
    public async Task ListZones_ReadsThem()
    {
        var session = Session("""{"availabilityZoneInfo": [{"zoneName": "north", "zoneState": {"available": false}, "hosts": null}, {"zoneName": "nova", "zoneState": {"available": true}, "hosts": null}]}""");

        var zones = (await session.Nova.ListZonesAsync(TestContext.Current.CancellationToken)).Zones;

        Assert.Equal("http://cloud.test/compute/v2.1/os-availability-zone compute 2.93", _asked);
        Assert.Equal([("north", false), ("nova", true)], zones.Select(z => (z.Name, z.State.Available)));
    }

    [Fact]
    public async Task ListProviders_ReadsThem()
    {
        var session = Session("""{"resource_providers": [{"uuid": "0230956f-7896-487b-9ae9-887220b3f99b", "name": "localhost", "generation": 20, "links": [{"rel": "self", "href": "/resource_providers/0230956f-7896-487b-9ae9-887220b3f99b"}]}]}""");

        var provider = Assert.Single((await session.Placement.ListProvidersAsync(TestContext.Current.CancellationToken)).ResourceProviders);

        Assert.Equal("http://cloud.test/placement/resource_providers placement 1.6", _asked);
        Assert.Equal(("0230956f-7896-487b-9ae9-887220b3f99b", "localhost"), (provider.Uuid, provider.Name));
    }

    [Fact]
    public async Task ListInventories_ReadsThem()
    {
        var session = Session("""{"resource_provider_generation": 20, "inventories": {"VCPU": {"total": 2, "reserved": 0, "min_unit": 1, "max_unit": 2, "step_size": 1, "allocation_ratio": 16.0}, "MEMORY_MB": {"total": 24105, "reserved": 512, "min_unit": 6, "max_unit": 24105, "step_size": 1, "allocation_ratio": 1.5}}}""");

        var memory = (await session.Placement.ListInventoriesAsync("1", TestContext.Current.CancellationToken)).Inventories["MEMORY_MB"];

        Assert.Equal((24105, 512, 1.5, 24105), (memory.Total, memory.Reserved, memory.AllocationRatio, memory.MaxUnit));
    }

    [Fact]
    public async Task ListUsages_ReadsThem()
    {
        var session = Session("""{"resource_provider_generation": 20, "usages": {"VCPU": 3, "MEMORY_MB": 192, "DISK_GB": 3}}""");

        Assert.Equal(192, (await session.Placement.ListUsagesAsync("1", TestContext.Current.CancellationToken)).Usages["MEMORY_MB"]);
    }

    [Fact]
    public async Task ListTraits_ReadsThem()
    {
        var session = Session("""{"traits": ["COMPUTE_IMAGE_TYPE_RAW", "CUSTOM_DOCKER_HOST"], "resource_provider_generation": 20}""");

        Assert.Equal(["COMPUTE_IMAGE_TYPE_RAW", "CUSTOM_DOCKER_HOST"], (await session.Placement.ListTraitsAsync("1", TestContext.Current.CancellationToken)).Traits);
        Assert.Equal("http://cloud.test/placement/resource_providers/1/traits placement 1.6", _asked);
    }

    private OpenStackSession Session(string answer)
    {
        var handler = StubHandler.Answering(HttpStatusCode.OK, answer);
        handler.Seen = request =>
        {
            _asked = $"{request.RequestUri} {request.Headers.GetValues("OpenStack-API-Version").Single()}";
            _sent = request.Content is { } body ? new StreamReader(body.ReadAsStream()).ReadToEnd() : null;
        };
        return new(handler, "token", new TokenBody
        {
            User = new TokenUser("u", "person", new NamedRef("default", "Default")),
            ExpiresAt = DateTimeOffset.MaxValue,
            Catalog =
            [
                new CatalogEntry("compute", "nova", [new CatalogEndpoint("public", "http://cloud.test/compute/v2.1")]),
                new CatalogEntry("placement", "placement", [new CatalogEndpoint("public", "http://cloud.test/placement")]),
            ],
        });
    }
}
