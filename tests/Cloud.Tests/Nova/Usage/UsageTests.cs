using System.Net;
using System.Text.Json;
using Cloud.Nova.Servers;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Tests.Nova.Usage;

public sealed class UsageTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    private const string January = "start=2026-01-01T00:00:00&end=2026-02-01T00:00:00";

    [Fact]
    public async Task Usage_OfInstancesThereAndGone_IsHoursTimesSize()
    {
        var tenant = await cloud.NewTenantAsync();
        await AddAsync(tenant, "gone", launched: "2026-01-10T00:00:00", deleted: "2026-01-10T10:00:00");
        await AddAsync(tenant, "before", launched: "2025-12-31T20:00:00", deleted: "2026-01-01T02:00:00");
        await AddAsync(tenant, "outside", launched: "2026-02-02T00:00:00", deleted: "2026-02-03T00:00:00");

        var usage = (await tenant.Client.NovaAsync("GET", $"/os-simple-tenant-usage/{tenant.ProjectId}?{January}")).At("tenant_usage");

        Assert.Equal((12.0, 24.0, 12.0 * 4096, 12.0 * 40), (Number(usage, "total_hours"), Number(usage, "total_vcpus_usage"), Number(usage, "total_memory_mb_usage"), Number(usage, "total_local_gb_usage")));
        Assert.Equal(("2026-01-01T00:00:00.000000", "2026-02-01T00:00:00.000000"), (usage.GetProperty("start").GetString(), usage.GetProperty("stop").GetString()));
        Assert.Equal(["before", "gone"], usage.GetProperty("server_usages").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.Equal([2.0, 10.0], usage.GetProperty("server_usages").EnumerateArray().Select(s => Number(s, "hours")));
        Assert.All(usage.GetProperty("server_usages").EnumerateArray(), s => Assert.Equal(("m1.medium", "terminated"), (s.GetProperty("flavor").GetString(), s.GetProperty("state").GetString())));
    }

    [Fact]
    public async Task Usage_OfAnInstanceThatRuns_GrowsUntilNowAndNotBeyond()
    {
        var tenant = await cloud.NewTenantAsync();
        var id = await cloud.LaunchAsync(tenant.Client);

        var usage = (await tenant.Client.NovaAsync("GET", $"/os-simple-tenant-usage/{tenant.ProjectId}?end=2100-01-01T00:00:00")).At("tenant_usage");

        var instance = Assert.Single(usage.GetProperty("server_usages").EnumerateArray());
        Assert.Equal((id, "active", JsonValueKind.Null), (instance.GetProperty("instance_id").GetString(), instance.GetProperty("state").GetString(), instance.GetProperty("ended_at").ValueKind));
        Assert.InRange(Number(usage, "total_hours"), 0, 1);
    }

    [Fact]
    public async Task Usage_OfAllProjects_IsAnAdministrators()
    {
        var (first, second) = (await cloud.NewTenantAsync(), await cloud.NewTenantAsync());
        await AddAsync(first, "one", launched: "2026-01-10T00:00:00", deleted: "2026-01-10T01:00:00");
        await AddAsync(second, "two", launched: "2026-01-10T00:00:00", deleted: "2026-01-10T02:00:00");
        using var admin = await cloud.AdminAsync();

        var plain = await admin.NovaAsync("GET", $"/os-simple-tenant-usage?{January}");
        var detailed = await admin.NovaAsync("GET", $"/os-simple-tenant-usage?{January}&detailed=1");

        var hours = plain.At("tenant_usages").EnumerateArray().ToDictionary(u => u.GetProperty("tenant_id").GetString()!, u => Number(u, "total_hours"));
        Assert.Equal((1.0, 2.0), (hours[first.ProjectId], hours[second.ProjectId]));
        Assert.False(plain.At("tenant_usages", "0").TryGetProperty("server_usages", out _));
        Assert.True(detailed.At("tenant_usages", "0").TryGetProperty("server_usages", out _));
        Assert.Equal(HttpStatusCode.Forbidden, (await first.Client.NovaAsync("GET", "/os-simple-tenant-usage")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await first.Client.NovaAsync("GET", $"/os-simple-tenant-usage/{second.ProjectId}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await admin.NovaAsync("GET", $"/os-simple-tenant-usage/{second.ProjectId}")).Status);
    }

    [Fact]
    public async Task Usage_OfNothing_IsZero()
    {
        var tenant = await cloud.NewTenantAsync("reader");

        var usage = (await tenant.Client.NovaAsync("GET", $"/os-simple-tenant-usage/{tenant.ProjectId}")).At("tenant_usage");

        Assert.Equal(0, Number(usage, "total_hours"));
        Assert.Empty(usage.GetProperty("server_usages").EnumerateArray());
    }

    [Fact]
    public async Task Usage_InPages_GoesOnAfterAnInstanceSince240()
    {
        var tenant = await cloud.NewTenantAsync();
        await AddAsync(tenant, "one", launched: "2026-01-10T00:00:00", deleted: "2026-01-10T01:00:00");
        await AddAsync(tenant, "two", launched: "2026-01-11T00:00:00", deleted: "2026-01-11T02:00:00");

        var first = await tenant.Client.NovaAsync("GET", $"/os-simple-tenant-usage/{tenant.ProjectId}?{January}&limit=1");
        var next = first.TextAt("tenant_usage_links", "0", "href")!;
        var second = await tenant.Client.NovaAsync("GET", next[next.IndexOf("/os-simple", StringComparison.Ordinal)..]);

        Assert.Equal(("one", "two"), (first.TextAt("tenant_usage", "server_usages", "0", "name"), second.TextAt("tenant_usage", "server_usages", "0", "name")));
    }

    [Theory]
    [InlineData("start=yesterday")]
    [InlineData("start=2026-02-01T00:00:00&end=2026-01-01T00:00:00")]
    public async Task Period_ThatIsNone_IsRefused(string query)
    {
        using var admin = await cloud.AdminAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await admin.NovaAsync("GET", $"/os-simple-tenant-usage?{query}")).Status);
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData("2026-01-31 12:00:00")]
    [InlineData("2026-01-31T12:00:00.5")]
    [InlineData("2026-01-31T12:00:00.123456")]
    [InlineData("2026-01-31")]
    public async Task Time_AsAnyClientWritesIt_IsRead(string start)
    {
        using var admin = await cloud.AdminAsync();

        Assert.Equal(HttpStatusCode.OK, (await admin.NovaAsync("GET", $"/os-simple-tenant-usage?start={start}")).Status);
    }

    /// <summary>An instance that was there in the past, as the books keep it.</summary>
    private async Task AddAsync(Tenant tenant, string name, string launched, string deleted)
    {
        await using var db = await cloud.Services.GetRequiredService<IDbContextFactory<CloudDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var (from, to) = (Utc(launched), Utc(deleted));
        db.Add(new InstanceRow
        {
            Id = Guid.NewGuid().ToString(),
            ProjectId = tenant.ProjectId,
            UserId = tenant.UserId,
            Name = name,
            HostName = name,
            ImageId = cloud.ImageId,
            FlavorId = "3",
            FlavorName = "m1.medium",
            Vcpus = 2,
            RamMb = 4096,
            DiskGb = 40,
            FlavorSpecs = new Dictionary<string, string>(),
            Network = "none",
            ReservationId = "r-1",
            Metadata = new Dictionary<string, string>(),
            Tags = [],
            VmState = VmStates.Deleted,
            Addresses = [],
            CreatedAt = from,
            UpdatedAt = to,
            LaunchedAt = from,
            TerminatedAt = to,
            DeletedAt = to,
        });
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private static DateTime Utc(string text) => DateTime.SpecifyKind(DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
