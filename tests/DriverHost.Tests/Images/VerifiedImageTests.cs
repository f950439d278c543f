using System.Security.Cryptography;
using System.Text.Json;
using DriverHost.Client;
using DriverHost.Images;
using DriverHost.Tests.Containers;
using OpenStack.Glance;
using TestKit;

namespace DriverHost.Tests.Images;

/// <summary>What does reach the engine of an approved archive: its verified layers and the allowed part of its config, under our own tag.</summary>
[Trait("needs", "docker")]
public sealed class VerifiedImageTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Tag_OfSomebodyElsesImage_IsNotTaken()
    {
        var victim = $"victim-{Guid.NewGuid():n}:latest";
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));
        await Engine.DockerAsync("tag", (await Instances.InspectAsync(spawned)).GetProperty("Image").GetString()!, victim);
        try
        {
            var before = await TagsAsync();
            var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {victim}; {TestSpecs.Sleep}", victim));

            await _instances.SpawnAsync(TestSpecs.Of(image.Id));

            var after = await TagsAsync();
            Assert.Equal(before[victim], after[victim]);
            Assert.Equal($"glance/{image.Id}:{image.Sha512![..16]}", Assert.Single(after.Keys, k => k.Contains(image.Id, StringComparison.Ordinal)));
        }
        finally
        {
            await Engine.DockerAsync("rmi", victim);
        }
    }

    [Fact]
    public async Task Config_OfTheImage_IsReducedToWhatIsAllowed()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running(TestSpecs.Sleep, change: i => i with
        {
            User = "nobody",
            WorkingDirectory = "/tmp",
            Environment = ["PATH=/bin", "GREETING=hello"],
            Ports = ["8080/tcp"],
            Volumes = ["/data", "/etc"],
            Labels = new Dictionary<string, string> { ["openstack.owner"] = "somebody else", ["openstack.project"] = "another", ["maintainer"] = "me" },
        }));

        var spec = TestSpecs.Of(image.Id);
        var inspected = await Instances.InspectAsync(await _instances.SpawnAsync(spec));

        var config = inspected.GetProperty("Config");
        var labels = config.GetProperty("Labels").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString());
        Assert.Equal(("nobody", "/tmp"), (config.GetProperty("User").GetString(), config.GetProperty("WorkingDir").GetString()));
        Assert.Equal(["PATH=/bin", "GREETING=hello"], config.GetProperty("Env").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal(spec.ProjectId, labels["openstack.project"]);
        Assert.NotEqual("somebody else", labels["openstack.owner"]);
        Assert.DoesNotContain("maintainer", labels.Keys);
        Assert.Equal(0, inspected.GetProperty("Mounts").GetArrayLength());
        Assert.Equal(["NONE"], config.GetProperty("Healthcheck").GetProperty("Test").EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public async Task Config_WithTriggers_LosesThemOnTheEngine()
    {
        var archive = new RawArchive();
        archive.Run["Healthcheck"] = System.Text.Json.Nodes.JsonNode.Parse("""{"Test":["CMD","/hello"],"Interval":1000000000}""");
        archive.Run["OnBuild"] = System.Text.Json.Nodes.JsonNode.Parse("""["RUN evil"]""");
        archive.Run["Volumes"] = System.Text.Json.Nodes.JsonNode.Parse("""{"/data":{}}""");
        var image = fixture.Cloud.Glance.Add(archive.Build());

        // It is loaded before it turns out that its program is missing.
        await _instances.FailAsync(TestSpecs.Of(image.Id));

        using var loaded = JsonDocument.Parse(await Engine.DockerAsync("image", "inspect", $"glance/{image.Id}:{image.Sha512![..16]}"));
        var config = loaded.RootElement[0].GetProperty("Config");
        Assert.All(["Healthcheck", "OnBuild", "Volumes", "Labels"], name => Assert.True(!config.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null, name));
    }

    [Fact]
    public async Task Layer_PackedWithGzip_IsCheckedAndLoadedUnpacked()
    {
        var archive = new RawArchive();
        archive.DiffIds = [RawArchive.Digest(archive.LayerBytes[0])];
        archive.LayerBytes[0] = RawArchive.Gzip(archive.LayerBytes[0]);
        var image = fixture.Cloud.Glance.Add(archive.Build());

        var (refused, _) = await _instances.FailAsync(TestSpecs.Of(image.Id));

        Assert.Equal("command_not_found", refused.Code);
        Assert.Equal(archive.DiffIds, await LayersAsync($"glance/{image.Id}:{image.Sha512![..16]}"));
    }

    [Fact]
    public async Task Image_RemovedFromTheEngine_IsFetchedAndCheckedAnew()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));
        var first = await _instances.SpawnAsync(TestSpecs.Of(image.Id));
        await fixture.Host.Operator.DeleteAsync(first.Id, Cancelled);
        await Engine.DockerAsync("rmi", $"glance/{image.Id}:{image.Sha512![..16]}");

        var second = await _instances.SpawnAsync(TestSpecs.Of(image.Id));

        Assert.Equal((InstanceState.Running, 2), (second.State, image.Downloads));
    }

    [Fact]
    public async Task Image_FetchedAhead_BootsWithoutMovingBytes()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));

        var first = await fixture.Host.Operator.CacheImageAsync(image.Id, Cancelled);
        var second = await fixture.Host.Operator.CacheImageAsync(image.Id, Cancelled);
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(image.Id));

        Assert.Equal((true, false), (first.Fetched, second.Fetched));
        Assert.Equal((InstanceState.Running, 1), (spawned.State, image.Downloads));
    }

    [Fact]
    public async Task Image_FetchedAhead_IsApprovedLikeOneThatBoots()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running("true"), Approval.Pending);

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.CacheImageAsync(image.Id, Cancelled));

        Assert.Equal(("image_not_approved", 0), (refused.Code, image.Downloads));
    }

    [Fact]
    public async Task Image_SwappedOnTheEngine_IsNotUsed()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"));
        var reference = $"glance/{image.Id}:{image.Sha512![..16]}";
        await _instances.SpawnAsync(TestSpecs.Of(image.Id));
        var honest = await LayersAsync(reference);
        var other = fixture.Cloud.Glance.Add(TestImages.Running("x", change: i => i with { Layers = [.. i.Layers, new ArchiveLayer([ArchiveFile.Of("evil", "evil"u8.ToArray())])] }));
        await _instances.FailAsync(TestSpecs.Of(other.Id) with { Command = ["/missing"] });
        await Engine.DockerAsync("tag", $"glance/{other.Id}:{other.Sha512![..16]}", reference);

        await _instances.SpawnAsync(TestSpecs.Of(image.Id));

        Assert.Equal(2, image.Downloads);
        Assert.Equal(honest, await LayersAsync(reference));
    }

    [Fact]
    public async Task AnyArchive_OfTheWriter_IsReadAndRebuiltToExactlyItsLayers()
    {
        var reader = new DockerArchiveReader(new ArchiveLimits());
        for (var seed = 0; seed < 200; seed++)
        {
            var image = RandomImages.Make(new Random(seed));
            using var archive = new MemoryStream();
            DockerArchiveWriter.Write(archive, image);

            var found = new DockerArchive();
            await reader.ReadAsync(archive, found, Cancelled);
            using var rebuilt = new MemoryStream();
            await RebuiltArchive.WriteAsync(rebuilt, archive, found, "glance/test:tag", Cancelled);
            var again = new DockerArchive();
            await reader.ReadAsync(rebuilt, again, Cancelled);

            Assert.Equal(RandomImages.DiffIds(image), found.DiffIds);
            Assert.Equal(found.DiffIds, again.Layers.Select(l => l.DiffId));
            Assert.Equal(["glance/test:tag"], again.Tags);
            Assert.Equal((image.User, image.WorkingDirectory), (again.User, again.WorkingDirectory));
            Assert.Equal(image.Environment, again.Environment);
            Assert.Equal(image.Command, again.Command);
            Assert.Equal(image.Entrypoint, again.Entrypoint);
            Assert.Empty(again.Labels);
            Assert.Empty(again.Volumes);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AnyArchive_OfTheWriter_LoadsIntoTheEngineAsExactlyItsLayers(int seed)
    {
        var made = RandomImages.Make(new Random(seed));
        using var archive = new MemoryStream();
        DockerArchiveWriter.Write(archive, made);
        var image = fixture.Cloud.Glance.Add(archive.ToArray());

        await _instances.FailAsync(TestSpecs.Of(image.Id) with { Command = ["/not-there"], Entrypoint = [] });

        Assert.Equal(RandomImages.DiffIds(made), await LayersAsync($"glance/{image.Id}:{Convert.ToHexStringLower(SHA512.HashData(archive.ToArray()))[..16]}"));
    }

    private static async Task<IEnumerable<string>> LayersAsync(string reference)
    {
        using var inspected = JsonDocument.Parse(await Engine.DockerAsync("image", "inspect", reference));
        return [.. inspected.RootElement[0].GetProperty("RootFS").GetProperty("Layers").EnumerateArray().Select(l => l.GetString()!)];
    }

    private static async Task<Dictionary<string, string>> TagsAsync() =>
        (await Engine.DockerAsync("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}")).Split('\n').Select(l => l.Split(' ')).Where(l => !l[0].Contains("<none>", StringComparison.Ordinal)).ToDictionary(l => l[0], l => l[1]);
}
