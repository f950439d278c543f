using DriverHost.Client;
using DriverHost.Tests.StandIns;
using OpenStack.Glance;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>After a failed spawn nothing is left on the engine, and the fault says what, why and what to do.</summary>
[Trait("needs", "docker")]
public sealed class SpawnFailureTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Theory]
    [InlineData(Approval.Pending, "image_not_approved", "Image 'web' waits for an administrator's approval. Until then it cannot boot.")]
    [InlineData(null, "image_not_approved", "Image 'web' waits for an administrator's approval. Until then it cannot boot.")]
    [InlineData(Approval.Rejected, "image_rejected", "An administrator rejected Image 'web'.")]
    [InlineData(Approval.Revoked, "image_revoked", "An administrator withdrew the approval of Image 'web'.")]
    [InlineData("yes", "image_not_approved", "Image 'web' has the approval state 'yes', which this host does not know. An administrator must approve it anew.")]
    [InlineData(Approval.Managed, "image_not_approved", "Image 'web' is a snapshot of another project. Outside its own project it needs an administrator's approval.")]
    public async Task Spawn_ImageNotApproved_SaysWhy(string? state, string code, string words)
    {
        var image = AddImage(state);

        await AssertFailsAsync(TestSpecs.Of(image.Id, network: "auto"), code, words);
        Assert.Equal(0, image.Downloads);
    }

    [Fact]
    public async Task Spawn_Rejected_GivesTheReason()
    {
        var image = AddImage(Approval.Rejected);
        image.Properties[Approval.Reason] = "holds a miner";

        await AssertFailsAsync(TestSpecs.Of(image.Id), "image_rejected", "An administrator rejected Image 'web'. The reason given: holds a miner");
    }

    [Fact]
    public async Task Spawn_ApprovalOfOtherBytes_IsRefused()
    {
        var image = AddImage();
        image.Properties[Approval.Sha512] = new string('0', 128);

        await AssertFailsAsync(TestSpecs.Of(image.Id), "image_changed", "Image 'web' is not what was approved: its content has another sha512. An administrator must look at it again.");
    }

    [Fact]
    public async Task Spawn_GlanceSendsOtherBytes_IsRefused()
    {
        var image = AddImage();
        var bytes = await File.ReadAllBytesAsync(image.File!, TestContext.Current.CancellationToken);
        bytes[2000] ^= 1;
        await File.WriteAllBytesAsync(image.File!, bytes, TestContext.Current.CancellationToken);

        var (refused, _) = await AssertFailsAsync(TestSpecs.Of(image.Id), "image_changed");

        Assert.StartsWith("The bytes that Glance sent for Image 'web' are not what was approved: their sha512 is ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spawn_ApprovalOfOtherConfig_IsRefused()
    {
        var image = AddImage();
        image.Properties[Approval.Config] = $"sha256:{new string('0', 64)}";

        var (refused, _) = await AssertFailsAsync(TestSpecs.Of(image.Id), "image_changed");

        Assert.StartsWith("Image 'web' is not what was approved: its config is sha256:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spawn_ApprovalEnded_IsRefused()
    {
        var image = AddImage();
        image.Properties[Approval.Expires] = "2020-01-01T00:00:00Z";

        await AssertFailsAsync(TestSpecs.Of(image.Id), "image_not_approved", "The approval of Image 'web' ended at 2020-01-01 00:00:00Z. An administrator must approve it anew.");
    }

    [Fact]
    public async Task Spawn_ImageOfAVirtualMachine_IsRefused()
    {
        var image = fixture.Cloud.Glance.Add([1, 2, 3], name: "cirros", format: "bare");

        await AssertFailsAsync(TestSpecs.Of(image.Id), "not_docker", "Image 'cirros' is not a docker image: its container format is bare. This host runs containers only.");
    }

    [Fact]
    public async Task Spawn_NoSuchImage_IsRefused()
    {
        var id = TestSpecs.NewId();

        await AssertFailsAsync(TestSpecs.Of(id), "image_not_found", $"Glance has no image {id}.");
    }

    [Fact]
    public async Task Spawn_WrongCommand_SaysWhichProgramIsMissing()
    {
        var spec = TestSpecs.Of(fixture.Busybox.Id, network: "auto") with { Command = ["nginx", "-g", "daemon off;"] };

        await AssertFailsAsync(spec, "command_not_found", "The image has no program nginx in its PATH (/bin). Check the command.");
    }

    [Fact]
    public async Task Spawn_NoCommandAnywhere_IsRefused()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running("x", change: i => i with { Command = [] }));

        await AssertFailsAsync(TestSpecs.Of(image.Id), "no_command", "The image names no command, and none was given. Launch it with a command.");
    }

    [Fact]
    public async Task Spawn_UserThatTheImageLacks_IsRefused()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running("sleep 1", change: i => i with { User = "nobody-knows-me" }));

        var (refused, _) = await AssertFailsAsync(TestSpecs.Of(image.Id, network: "auto"), "no_such_user");

        Assert.StartsWith("The image asks for a user or group that it does not have. The image must be built anew. The engine says: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spawn_ProgramThatIsNone_IsRefused()
    {
        var image = fixture.Cloud.Glance.Add(TestImages.Running("x", change: i => i with
        {
            Command = ["/broken"],
            Layers = [.. i.Layers, new DriverHost.Images.ArchiveLayer([DriverHost.Images.ArchiveFile.Of("broken", "\u007fELF nothing"u8.ToArray(), "755")])],
        }));

        // The init process starts and cannot go on, so this shows as the end of the process only.
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(image.Id));
        var exited = await fixture.Host.WaitAsync(spawned.Id, i => i.State == InstanceState.Exited);

        Assert.Equal("code 127 after less than a second: the command was not found, or it is no program that this host can run", exited.Exit!.Words);
    }

    [Fact]
    public async Task Spawn_NameTakenByAForeignContainer_FailsWithTheEnginesWordsAndLeavesItAlone()
    {
        var id = _instances.NewId();
        var foreign = await Engine.DockerAsync("create", "--name", $"os-{id}", await LoadedAsync(), "true");
        try
        {
            var refused = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.SpawnAsync(id, TestSpecs.Of(fixture.Busybox.Id, network: "auto"), TestContext.Current.CancellationToken));

            Assert.Equal("engine_conflict", refused.Code);
            Assert.Contains("is already in use by container", refused.Message, StringComparison.Ordinal);
            Assert.Equal(foreign, await Engine.DockerAsync("ps", "-a", "-q", "--no-trunc", "--filter", $"name=os-{id}"));
        }
        finally
        {
            await Engine.DockerAsync("rm", "-f", foreign);
        }
    }

    [Fact]
    public async Task Spawn_AfterAFailure_TellsItAgainUntilDeleted()
    {
        var image = AddImage(Approval.Pending);
        var spec = TestSpecs.Of(image.Id);
        var (_, failed) = await _instances.FailAsync(spec);
        image.Approve();

        var again = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.SpawnAsync(failed.Id, spec, TestContext.Current.CancellationToken));
        await fixture.Host.Operator.DeleteAsync(failed.Id, TestContext.Current.CancellationToken);
        var spawned = await fixture.Host.Operator.SpawnAsync(failed.Id, spec, TestContext.Current.CancellationToken);

        Assert.Equal("image_not_approved", again.Code);
        Assert.Equal(InstanceState.Running, spawned.State);
    }

    [Fact]
    public async Task Delete_WhileItIsFetched_CancelsTheSpawnAndLeavesNothing()
    {
        var image = AddImage();
        var fetching = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        image.BeforeDownload = () =>
        {
            fetching.TrySetResult();
            return goOn.Task;
        };
        var instance = _instances.NewId();
        var spec = TestSpecs.Of(image.Id, network: "auto");
        var spawning = fixture.Host.Operator.SpawnAsync(instance, spec, TestContext.Current.CancellationToken);
        await fetching.Task.WaitAsync(RunningDriverHost.Patience, TestContext.Current.CancellationToken);

        await fixture.Host.Operator.DeleteAsync(instance, TestContext.Current.CancellationToken);

        goOn.SetResult();
        Assert.Equal("cancelled", (await Assert.ThrowsAsync<DriverHostException>(() => spawning)).Code);
        await AssertNothingLeftAsync(instance, spec.ProjectId);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(fixture.Host.DataPath, "staging")));
    }

    private ImageStandIn AddImage(string? approval = Approval.Approved) =>
        fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"), approval, name: "web");

    private async Task<(DriverHostException Refused, HostInstance Instance)> AssertFailsAsync(InstanceSpec spec, string code, string? words = null)
    {
        var (refused, instance) = await _instances.FailAsync(spec);

        Assert.Equal(code, refused.Code);
        Assert.Equal(words ?? refused.Message, refused.Message);
        Assert.Equal((InstanceState.Error, code, refused.Message), (instance.State, instance.Fault!.Code, instance.Fault.Message));
        await AssertNothingLeftAsync(instance.Id, spec.ProjectId);
        return (refused, instance);
    }

    private static async Task AssertNothingLeftAsync(string id, string project)
    {
        Assert.Equal("", await Engine.DockerAsync("ps", "-a", "-q", "--filter", $"label=openstack.instance={id}"));
        Assert.Equal("", await Engine.DockerAsync("network", "ls", "-q", "--filter", $"name=os-{project}"));
    }

    private async Task<string> LoadedAsync()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));
        return (await Instances.InspectAsync(spawned)).GetProperty("Config").GetProperty("Image").GetString()!;
    }
}
