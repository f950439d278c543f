using System.Net;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Glance;

public sealed class ImageListTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Fact]
    public async Task List_InPages_HasEveryImageOnce()
    {
        var tenant = await cloud.NewTenantAsync();
        var made = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await tenant.Client.CreateAsync($"image-{i}"));
        }

        var seen = new List<string?>();
        var pages = 0;
        for (string? next = "/v2/images?limit=2&visibility=shared&sort=name:asc"; next is not null; pages++)
        {
            var page = (await tenant.Client.ReadAsync($"/image{next}")).Expect(HttpStatusCode.OK);
            seen.AddRange(page.Each("images", "id"));
            next = page.Json.TryGetProperty("next", out var link) ? link.GetString() : null;
        }

        Assert.Equal(made, seen);
        Assert.Equal(3, pages);
    }

    [Theory]
    [InlineData("sort=name:asc", "a,b,c")]
    [InlineData("sort=name:desc", "c,b,a")]
    [InlineData("sort_key=name&sort_dir=asc", "a,b,c")]
    [InlineData("sort=size:desc,name:asc", "c,a,b")]
    [InlineData("", "c,b,a")]
    public async Task List_Sorted_IsInThatOrder(string query, string order)
    {
        var tenant = await TenantWithThreeAsync();

        var list = await tenant.Client.ReadAsync($"{Images.Path}?visibility=shared&{query}");

        Assert.Equal(order, string.Join(',', list.Each("images", "name")));
    }

    [Theory]
    [InlineData("name=b", "b")]
    [InlineData("name=in:a,c", "a,c")]
    [InlineData("status=queued", "b")]
    [InlineData("status=in:queued,active", "a,b,c")]
    [InlineData("container_format=bare", "a")]
    [InlineData("tag=nice", "b,c")]
    [InlineData("tag=nice&tag=big", "c")]
    [InlineData("size_min=3", "c")]
    [InlineData("size_max=2", "a")]
    [InlineData("os_distro=none", "b")]
    [InlineData("protected=true", "")]
    [InlineData("created_at=gt:2000-01-01T00:00:00Z", "a,b,c")]
    [InlineData("created_at=lt:2000-01-01T00:00:00Z", "")]
    [InlineData("os_hidden=true", "")]
    public async Task List_Filtered_HasThose(string query, string names)
    {
        var tenant = await TenantWithThreeAsync();

        var list = (await tenant.Client.ReadAsync($"{Images.Path}?visibility=shared&sort=name:asc&{query}")).Expect(HttpStatusCode.OK);

        Assert.Equal(names, string.Join(',', list.Each("images", "name")));
    }

    [Theory]
    [InlineData("limit=x")]
    [InlineData("limit=-1")]
    [InlineData("marker=nothing")]
    [InlineData("sort=nonsense:asc")]
    [InlineData("sort=name:up")]
    [InlineData("sort=name:asc&sort_key=name")]
    [InlineData("visibility=secret")]
    [InlineData("member_status=maybe")]
    [InlineData("created_at=gt:yesterday")]
    [InlineData("size_min=big")]
    public async Task List_AskedForWhatIsNot_IsRefused(string query)
    {
        using var demo = await cloud.DemoAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await demo.ReadAsync($"{Images.Path}?{query}")).Status);
    }

    /// <summary>A project with three images: a (bare, 2 bytes), b (queued), c (docker, 4 bytes), made in this order.</summary>
    private async Task<Tenant> TenantWithThreeAsync()
    {
        var tenant = await cloud.NewTenantAsync();
        await tenant.Client.CreateActiveAsync("a", new JsonObject { ["container_format"] = "bare" }, "22");
        await tenant.Client.CreateAsync("b", new JsonObject { ["tags"] = new JsonArray("nice"), ["os_distro"] = "none" });
        await tenant.Client.CreateActiveAsync("c", new JsonObject { ["tags"] = new JsonArray("nice", "big") }, "4444");
        return tenant;
    }
}
