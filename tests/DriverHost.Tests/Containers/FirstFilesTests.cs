using System.Text;
using System.Text.Json;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Images;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>What an instance finds in its files when its process starts.</summary>
[Trait("needs", "docker")]
public sealed class FirstFilesTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4 dana@laptop";
    private const string Keys = "/root/.ssh/authorized_keys";

    private readonly Instances _instances = new(fixture.Host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Key_IsThereOnce_ThroughStopsAndStarts()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, script: TestSpecs.Sleep) with { PublicKey = Key });
        for (var i = 0; i < 3; i++)
        {
            await fixture.Host.Operator.StopAsync(spawned.Id, null, Cancelled);
            await fixture.Host.Operator.StartAsync(spawned.Id, Cancelled);
        }

        Assert.Equal($"{Key}\n600 0 0\n700 0 0", await Instances.RunAsync(spawned, $"cat {Keys}; stat -c '%a %u %g' {Keys}; stat -c '%a %u %g' /root/.ssh"));
    }

    [Fact]
    public async Task Key_IsForTheImagesUser_BesideTheKeysThatItHas()
    {
        var image = Image("app", ArchiveFile.Folder("home"), ArchiveFile.Folder("home/app"), ArchiveFile.Folder("home/app/.ssh"), ArchiveFile.Of("home/app/.ssh/authorized_keys", "ssh-rsa AAAA theirs"u8.ToArray(), "600"));

        var spawned = await _instances.SpawnAsync(TestSpecs.Of(image, script: TestSpecs.Sleep) with { PublicKey = Key });

        Assert.Equal($"ssh-rsa AAAA theirs\n{Key}\n600 1234 1235", await Instances.RunAsync(spawned, "cat ~/.ssh/authorized_keys; stat -c '%a %u %g' ~/.ssh/authorized_keys"));
    }

    [Fact]
    public async Task UserDataAndMetadata_AreWhereCloudInitLooks_AndNoMetadataIsInTheEnvironment()
    {
        var data = "#cloud-config\nhostname: ünlikely\n"u8.ToArray();
        var spec = TestSpecs.Of(fixture.Busybox.Id, script: TestSpecs.Sleep) with
        {
            Name = "Mein Bild №1",
            UserData = Convert.ToBase64String(data),
            Metadata = new Dictionary<string, string> { ["LD_PRELOAD"] = "/tmp/x.so", ["role"] = "web", ["docker:command"] = "[]" },
        };

        var spawned = await _instances.SpawnAsync(spec);

        Assert.Equal(Encoding.UTF8.GetString(data).TrimEnd(), await Instances.RunAsync(spawned, $"cat {FirstFiles.Seed}/user_data"));
        Assert.Equal("600 644", await Instances.RunAsync(spawned, $"echo $(stat -c %a {FirstFiles.Seed}/user_data {FirstFiles.Seed}/meta_data.json)"));
        using var described = JsonDocument.Parse(await Instances.RunAsync(spawned, $"cat {FirstFiles.Seed}/meta_data.json"));
        var root = described.RootElement;
        Assert.Equal((spawned.Id, "Mein Bild №1", spec.ProjectId), (root.GetProperty("uuid").GetString(), root.GetProperty("name").GetString(), root.GetProperty("project_id").GetString()));
        Assert.Equal(["LD_PRELOAD", "role"], root.GetProperty("meta").EnumerateObject().Select(p => p.Name));
        Assert.False(root.TryGetProperty("public_keys", out _));
        Assert.DoesNotContain("LD_PRELOAD", await Instances.RunAsync(spawned, "tr '\\0' '\\n' < /proc/1/environ; env"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instance_WithoutAny_HasNoFilesOfOurs()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, script: TestSpecs.Sleep) with { Metadata = new Dictionary<string, string> { ["docker:command"] = "[]", ["env:A"] = "b" } });

        Assert.Equal("none", await Instances.RunAsync(spawned, "ls /var/lib/cloud /root/.ssh 2>/dev/null || echo none"));
    }

    [Fact]
    public async Task LinksOfAnImage_LeadNowhereOutside()
    {
        var outside = Path.Combine(Path.GetTempPath(), $"outside-{Guid.NewGuid():n}");
        var image = Image("", ArchiveFile.Folder("root"), ArchiveFile.Link("root/.ssh", $"../../../../../../../..{outside}"), ArchiveFile.Folder("var"), ArchiveFile.Link("var/lib", $"../../../../../../..{outside}"));

        var (_, instance) = await SpawnOrFailAsync(TestSpecs.Of(image, script: TestSpecs.Sleep) with { PublicKey = Key, UserData = "" });

        Assert.False(Path.Exists(outside));
        Assert.True(instance.State is InstanceState.Running or InstanceState.Error, $"{instance.State}");
    }

    [Theory]
    [InlineData("", Key + "\n")]
    [InlineData("other\n", "other\n" + Key + "\n")]
    [InlineData("other", "other\n" + Key + "\n")]
    [InlineData(Key + "\nother\n", Key + "\nother\n")]
    public void Key_IsAddedOnce(string keys, string with) => Assert.Equal(with, FirstFiles.WithKey(keys, Key));

    [Fact]
    public async Task KeyOrUserData_ThatIsNone_IsRefused()
    {
        var key = await Assert.ThrowsAsync<DriverHostException>(() => _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id) with { PublicKey = $"{Key}\nssh-rsa AAAA another" }));
        var data = await Assert.ThrowsAsync<DriverHostException>(() => _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id) with { UserData = "not base64!" }));

        Assert.Equal("public_key is one line as in authorized_keys.", key.Message);
        Assert.Equal("user_data is base64 of at most 65535 characters.", data.Message);
    }

    private async Task<(DriverHostException? Refused, HostInstance Instance)> SpawnOrFailAsync(InstanceSpec spec)
    {
        var id = _instances.NewId();
        DriverHostException? refused = null;
        try
        {
            await fixture.Host.Operator.SpawnAsync(id, spec, Cancelled);
        }
        catch (DriverHostException failed)
        {
            refused = failed;
        }

        return (refused, await fixture.Host.Operator.GetAsync(id, Cancelled));
    }

    private string Image(string user, params ArchiveFile[] files)
    {
        var passwd = ArchiveFile.Of("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1234:1235:App:/home/app:/bin/sh\n"u8.ToArray());
        return fixture.Cloud.Glance.Add(TestImages.Running("sleep 100000", change: i => i with { User = user, Layers = [.. i.Layers, new ArchiveLayer([ArchiveFile.Folder("etc"), passwd, .. files])] })).Id;
    }
}
