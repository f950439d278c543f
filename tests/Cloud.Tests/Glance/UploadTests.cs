using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cloud.Glance.Images;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cloud.Tests.Glance;

public sealed class UploadTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Fact]
    public async Task Upload_OfBytes_MakesTheImageActiveWithItsDigests()
    {
        using var demo = await cloud.DemoAsync();
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var id = await demo.CreateAsync();
        Assert.Equal("queued", await demo.StatusAsync(id));

        var uploaded = await demo.UploadAsync(id, bytes);

        Assert.Equal(HttpStatusCode.NoContent, uploaded);
        var image = await demo.ShowImageAsync(id);
        Assert.Equal(("active", 300_000L, "sha512"), (image.TextAt("status"), image.At("size").GetInt64(), image.TextAt("os_hash_algo")));
        Assert.Equal(Convert.ToHexStringLower(SHA512.HashData(bytes)), image.TextAt("os_hash_value"));
        Assert.Equal(Md5(bytes), image.TextAt("checksum"));
        Assert.Equal(bytes, await demo.DownloadAsync(id));
    }

    [Fact]
    public async Task Upload_WhileItRuns_ShowsSavingAndKeepsASecondOneOut()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();
        using var slow = new HeldContent();
        var first = demo.UploadAsync(id, slow);
        await Eventually.TrueAsync(async () => await demo.StatusAsync(id) == "saving");

        var second = await demo.UploadAsync(id, Encoding.UTF8.GetBytes("other"));
        slow.Finish();

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NoContent), (second, await first));
        Assert.Equal(HeldContent.Text, Encoding.UTF8.GetString(await demo.DownloadAsync(id)));
    }

    [Fact]
    public async Task Upload_BrokenOff_LeavesTheImageQueuedAndNoBytes()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();
        using var broken = new HeldContent();
        var upload = demo.UploadAsync(id, broken);
        await Eventually.TrueAsync(async () => await demo.StatusAsync(id) == "saving");

        broken.Break();
        await Assert.ThrowsAsync<HttpRequestException>(() => upload);

        await Eventually.TrueAsync(async () => await demo.StatusAsync(id) == "queued");
        var image = await demo.ShowImageAsync(id);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, image.At("size").ValueKind);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(cloud.DataPath, "images", "staging")));
        Assert.Equal(HttpStatusCode.NoContent, await demo.UploadAsync(id, Encoding.UTF8.GetBytes("again")));
    }

    [Fact]
    public async Task Delete_InTheMomentInWhichTheUploadEnds_IsNoConflict()
    {
        using var demo = await cloud.DemoAsync();
        for (var round = 0; round < 20; round++)
        {
            var id = await demo.CreateAsync();
            using var slow = new HeldContent();
            var upload = demo.UploadAsync(id, slow);
            await Eventually.TrueAsync(async () => await demo.StatusAsync(id) == "saving");

            slow.Finish();
            using var deleted = await demo.DeleteAsync(new Uri($"{Images.Path}/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
            await upload;
            using var gone = await demo.GetAsync(new Uri($"{Images.Path}/{id}", UriKind.Relative), TestContext.Current.CancellationToken);

            Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (deleted.StatusCode, gone.StatusCode));
        }
    }

    [Fact]
    public async Task Upload_InterruptedByACrash_IsQueuedAgainAfterTheRestart()
    {
        await using var own = await CloudFixture.StartAsync();
        using var demo = await own.DemoAsync();
        var id = await demo.CreateAsync();
        var staged = Path.Combine(own.DataPath, "images", "staging", "half");
        await using (var db = await own.Services.GetRequiredService<IDbContextFactory<CloudDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            await db.Set<ImageRow>().Where(i => i.Id == id).ExecuteUpdateAsync(i => i.SetProperty(x => x.Status, ImageStates.Saving), TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(staged, "half", TestContext.Current.CancellationToken);
        await own.RestartAsync();

        Assert.Equal("queued", await demo.StatusAsync(id));
        Assert.False(File.Exists(staged));
    }

    [Fact]
    public async Task Upload_Twice_IsRefused()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateActiveAsync(bytes: "first");

        Assert.Equal(HttpStatusCode.Conflict, await demo.UploadAsync(id, Encoding.UTF8.GetBytes("second")));
        Assert.Equal("first", Encoding.UTF8.GetString(await demo.DownloadAsync(id)));
    }

    [Fact]
    public async Task Upload_OfAnotherMediaType_IsRefused()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();
        using var content = new ByteArrayContent([1, 2, 3]);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await demo.UploadAsync(id, content, "text/plain"));
        Assert.Equal("queued", await demo.StatusAsync(id));
    }

    [Fact]
    public async Task Upload_BeforeTheFormatsAreKnown_IsRefused()
    {
        using var demo = await cloud.DemoAsync();
        var id = (await demo.PostAsync(Images.Path, new JsonObject { ["name"] = "bare" })).Expect(HttpStatusCode.Created).TextAt("id")!;

        Assert.Equal(HttpStatusCode.BadRequest, await demo.UploadAsync(id, [1]));
    }

    [Fact]
    public async Task Bytes_OfTwoImagesAlike_AreKeptOnceAndUntilTheLastIsGone()
    {
        using var demo = await cloud.DemoAsync();
        var text = Guid.NewGuid().ToString();
        var first = await demo.CreateActiveAsync(bytes: text);
        var second = await demo.CreateActiveAsync(bytes: text);
        var file = Path.Combine(cloud.DataPath, "images", Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(text))));

        (await demo.RemoveAsync($"{Images.Path}/{first}")).Expect(HttpStatusCode.NoContent);
        var afterOne = File.Exists(file);
        var readable = Encoding.UTF8.GetString(await demo.DownloadAsync(second));
        (await demo.RemoveAsync($"{Images.Path}/{second}")).Expect(HttpStatusCode.NoContent);

        Assert.True(afterOne);
        Assert.Equal(text, readable);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Download_OfAPart_GivesThatPart()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateActiveAsync(bytes: "0123456789");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{Images.Path}/{id}/file", UriKind.Relative));
        request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(3, 5);

        var answer = await demo.AskAsync(request);

        Assert.Equal((HttpStatusCode.PartialContent, "345"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Download_BeforeTheUpload_HasNoContent()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await demo.ReadAsync($"{Images.Path}/{id}/file")).Status);
    }

    [Fact]
    public async Task Import_IsNotOffered_AndSaysSo()
    {
        using var demo = await cloud.DemoAsync();
        var id = await demo.CreateAsync();

        var offered = await demo.ReadAsync("/image/v2/info/import");
        var tried = await demo.PostAsync($"{Images.Path}/{id}/import", new JsonObject { ["method"] = new JsonObject { ["name"] = "web-download" } });

        Assert.Empty(offered.At("import-methods", "value").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, tried.Status);
    }

#pragma warning disable CA5351 // Glance's checksum is MD5.
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
}
