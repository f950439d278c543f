using System.Net;
using DriverHost.Client;
using DriverHost.Snapshots;
using DriverHost.Store;
using DriverHost.Tests.Containers;
using DriverHost.Tests.StandIns;
using OpenStack.Glance;
using TestKit;

namespace DriverHost.Tests.Snapshots;

[Trait("needs", "docker")]
public sealed class SnapshotTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Snapshot_Taken_IsManagedAndInTheBooks()
    {
        var (spawned, image) = await BeginAsync();

        await TakeAsync(spawned, image);

        var row = (await LedgerRowAsync(image))!;
        Assert.Equal("active", image.Status);
        Assert.Equal((Approval.Managed, image.Sha512, row.ConfigDigest), (image.Approval, image.Properties[Approval.Sha512], image.Properties[Approval.Config]));
        Assert.Equal((image.Sha512, fixture.Busybox.Id, _project, spawned.Id, true), (row.Sha512, row.ParentImageId, row.ProjectId, row.InstanceId, row.Finished));
        Assert.Equal("", await TagAsync(spawned));
    }

    [Fact]
    public async Task Snapshot_InAnotherProject_DoesNotBoot()
    {
        var (spawned, image) = await BeginAsync();
        await TakeAsync(spawned, image);

        var (refused, _) = await _instances.FailAsync(TestSpecs.Of(image.Id));

        Assert.Equal("image_not_approved", refused.Code);
        Assert.Equal("Image 'image' is a snapshot of another project. Outside its own project it needs an administrator's approval.", refused.Message);
    }

    [Fact]
    public async Task Snapshot_WithOtherBytesNow_DoesNotBoot()
    {
        var (spawned, image) = await BeginAsync();
        await TakeAsync(spawned, image);
        var other = fixture.Cloud.Glance.Add(TestImages.Running("echo other"));
        (image.Sha512, image.Size, image.File) = (other.Sha512, other.Size, other.File);
        image.Approve(Approval.Managed);

        var (refused, _) = await _instances.FailAsync(TestSpecs.Of(image.Id, _project));

        Assert.Equal("image_changed", refused.Code);
        Assert.Equal("Image 'image' is not what this host uploaded: its content has another sha512.", refused.Message);
    }

    [Fact]
    public async Task Snapshot_OfAnotherHost_BootsInItsProjectOnly()
    {
        var theirs = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"), Approval.Managed, owner: _project);
        Assert.Null(await LedgerRowAsync(theirs));

        var (refused, _) = await _instances.FailAsync(TestSpecs.Of(theirs.Id));
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(theirs.Id, _project));

        Assert.Equal("Image 'image' is a snapshot of another project. Outside its own project it needs an administrator's approval.", refused.Message);
        Assert.Equal(InstanceState.Running, spawned.State);
    }

    [Fact]
    public async Task Snapshot_OfAnotherHostWithoutItsLastByte_DoesNotBoot()
    {
        var theirs = fixture.Cloud.Glance.Add(TestImages.Running($"echo {TestSpecs.NewId()}; {TestSpecs.Sleep}"), Approval.Managed, owner: _project);
        theirs.Properties.TryRemove(Approval.Sha512, out _);

        Assert.Equal("image_changed", (await _instances.FailAsync(TestSpecs.Of(theirs.Id, _project))).Refused.Code);
    }

    [Fact]
    public async Task Snapshot_OfASnapshot_BootsWithBothChanges()
    {
        var (spawned, first) = await BeginAsync("echo one > /one");
        await TakeAsync(spawned, first);
        var second = fixture.Cloud.Glance.AddQueued(_project);
        var again = await SpawnReadyAsync(first.Id, "echo two > /two");

        await TakeAsync(again, second);

        var last = await _instances.SpawnAsync(TestSpecs.Of(second.Id, _project, script: "cat /one /two; exit 42"));
        Assert.Equal(42, (await fixture.Host.WaitAsync(last.Id, i => i.State == InstanceState.Exited)).Exit!.Code);
        Assert.Equal("one\ntwo", await Engine.DockerAsync("logs", last.ContainerId!));
        Assert.Equal(first.Id, (await LedgerRowAsync(second))!.ParentImageId);
    }

    [Fact]
    public async Task Snapshot_WhileItUploads_TellsItsStepWithBytesAndLetsNothingElseBegin()
    {
        var (spawned, image) = await BeginAsync();
        var goOn = new TaskCompletionSource();
        image.BeforeUpload = () => goOn.Task;
        var taking = TakeAsync(spawned, image);

        // The engine pauses it for the commit; that it goes on comes as an event.
        var uploading = await fixture.Host.WaitAsync(spawned.Id, i => i.Operation?.Step == "uploading the snapshot" && i.State == InstanceState.Running);
        var busy = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.Operator.StopAsync(spawned.Id, null, Cancelled));

        goOn.SetResult();
        await taking;
        Assert.Equal(("snapshot", 0L), (uploading.Operation!.Name, uploading.Operation.BytesDone));
        Assert.True(uploading.Operation.BytesTotal > 1 << 20);
        Assert.Equal("busy", busy.Code);
    }

    [Fact]
    public async Task Snapshot_GlanceBreaksTheUploadOff_IsUndone()
    {
        var (spawned, image) = await BeginAsync();
        image.BeforeUpload = () => throw new IOException("the disk is full");

        var failed = await Assert.ThrowsAsync<DriverHostException>(() => TakeAsync(spawned, image));

        Assert.Equal("image_refused", failed.Code);
        Assert.StartsWith("Glance does not take the snapshot: ", failed.Message, StringComparison.Ordinal);
        await AssertUndoneAsync(spawned, image);
        Assert.Equal((InstanceState.Running, failed.Message), await StateAsync(spawned));
    }

    [Fact]
    public async Task Snapshot_MarkRefusedAtTheEnd_IsUndone()
    {
        var (spawned, image) = await BeginAsync();
        image.BeforePatch = changes => changes.Count > 1 ? throw new IOException("no") : Task.CompletedTask;

        await Assert.ThrowsAsync<DriverHostException>(() => TakeAsync(spawned, image));

        await AssertUndoneAsync(spawned, image);
    }

    [Fact]
    public async Task Snapshot_MarkCannotBeTakenBack_KeepsItsRowForTheNextStart()
    {
        var (spawned, image) = await BeginAsync();
        image.BeforeUpload = () => throw new IOException("no");
        image.BeforePatch = _ => image.Approval == Approval.Managed ? throw new IOException("no") : Task.CompletedTask;

        var failed = await Assert.ThrowsAsync<DriverHostException>(() => TakeAsync(spawned, image));

        Assert.EndsWith($"Left over until the driver host's next start: the mark on image {image.Id}.", failed.Message, StringComparison.Ordinal);
        Assert.Equal((Approval.Managed, false), (image.Approval, (await LedgerRowAsync(image))!.Finished));
        Assert.Equal("", await TagAsync(spawned));
        image.BeforePatch = null;
        await fixture.Host.Get<SnapshotTaker>().SettleAsync((await LedgerRowAsync(image))!, Cancelled);
        await AssertUndoneAsync(spawned, image);
    }

    [Fact]
    public async Task Snapshot_ImageDeletedMeanwhile_IsUndone()
    {
        var (spawned, image) = await BeginAsync();
        image.BeforeUpload = () =>
        {
            fixture.Cloud.Glance.Remove(image.Id);
            throw new IOException("gone");
        };

        await Assert.ThrowsAsync<DriverHostException>(() => TakeAsync(spawned, image));

        Assert.Null(await LedgerRowAsync(image));
        Assert.Equal("", await TagAsync(spawned));
    }

    [Fact]
    public async Task Snapshot_InstanceDeletedMeanwhile_IsUndone()
    {
        var (spawned, image) = await BeginAsync();
        var goOn = new TaskCompletionSource();
        var uploading = new TaskCompletionSource();
        image.BeforeUpload = () =>
        {
            uploading.SetResult();
            return goOn.Task;
        };
        var taking = TakeAsync(spawned, image);
        await uploading.Task.WaitAsync(RunningDriverHost.Patience, Cancelled);

        await fixture.Host.Operator.DeleteAsync(spawned.Id, Cancelled);

        goOn.SetResult();
        Assert.Equal("cancelled", (await Assert.ThrowsAsync<DriverHostException>(() => taking)).Code);
        Assert.Null(await LedgerRowAsync(image));
        Assert.NotEqual(Approval.Managed, image.Approval);
        Assert.Equal("", await TagAsync(spawned));
        Assert.Equal("", await Engine.DockerAsync("ps", "-a", "-q", "--filter", $"label=openstack.instance={spawned.Id}"));
    }

    [Fact]
    public async Task Snapshot_IntoAnotherProjectsImage_IsRefused()
    {
        var (spawned, _) = await BeginAsync();
        var other = fixture.Cloud.Glance.AddQueued(TestSpecs.NewProject());

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => TakeAsync(spawned, other));

        Assert.Equal((HttpStatusCode.Forbidden, "image_of_other_project", "queued"), (refused.StatusCode!.Value, refused.Code, other.Status));
    }

    [Fact]
    public async Task Snapshot_IntoAnImageWithoutFormats_AsNovaMakesIt_GivesItThose()
    {
        var (spawned, _) = await BeginAsync();
        var image = fixture.Cloud.Glance.AddQueued(_project, format: null);

        await TakeAsync(spawned, image);

        var view = image.View();
        Assert.Equal(("docker", "raw", "active"), ((string?)view["container_format"], (string?)view["disk_format"], image.Status));
    }

    [Fact]
    public async Task Snapshot_IntoAnImageOfAnotherFormat_IsRefused()
    {
        var (spawned, _) = await BeginAsync();
        var image = fixture.Cloud.Glance.AddQueued(_project, format: "bare");

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => TakeAsync(spawned, image));

        Assert.Equal(("not_docker", "queued"), (refused.Code, image.Status));
        Assert.EndsWith("takes no docker archive: its container format is bare.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_IntoAnImageWithContent_IsRefused()
    {
        var (spawned, image) = await BeginAsync();
        await TakeAsync(spawned, image);

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => TakeAsync(spawned, image));

        Assert.Equal((HttpStatusCode.Conflict, "image_not_queued"), (refused.StatusCode!.Value, refused.Code));
        Assert.Equal(Approval.Managed, image.Approval);
    }

    [Fact]
    public async Task Settle_AllBytesArrivedBeforeTheCrash_FinishesTheSnapshot()
    {
        var (spawned, image) = await BeginAsync();
        await TakeAsync(spawned, image);
        var ledger = fixture.Host.Get<Ledger>();
        var row = (await LedgerRowAsync(image))! with { Finished = false };
        await ledger.UpdateAsync(row, Cancelled);
        image.Properties.TryRemove(Approval.Config, out _);

        await fixture.Host.Get<SnapshotTaker>().SettleAsync(row, Cancelled);

        Assert.True((await LedgerRowAsync(image))!.Finished);
        Assert.Equal(row.ConfigDigest, image.Properties[Approval.Config]);
    }

    [Fact]
    public async Task Settle_CrashBeforeTheLastByte_UndoesTheSnapshot()
    {
        var image = fixture.Cloud.Glance.AddQueued(_project);
        image.Properties[Approval.State] = Approval.Managed;
        var row = new SnapshotRow { ImageId = image.Id, ParentImageId = "parent", ProjectId = _project, InstanceId = "instance", TakenAt = DateTimeOffset.UnixEpoch };
        await fixture.Host.Get<Ledger>().AddAsync(row, Cancelled);

        await fixture.Host.Get<SnapshotTaker>().SettleAsync(row, Cancelled);

        Assert.Null(await LedgerRowAsync(image));
        Assert.Equal(Approval.Pending, image.Approval);
    }

    private async Task<(HostInstance Instance, ImageStandIn Image)> BeginAsync(string script = "true") =>
        (await SpawnReadyAsync(fixture.Busybox.Id, script), fixture.Cloud.Glance.AddQueued(_project));

    private async Task<HostInstance> SpawnReadyAsync(string imageId, string script)
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(imageId, _project, $"{script}; echo ready; {TestSpecs.Sleep}"));
        await fixture.Host.WaitForLineAsync(spawned.Id, "ready");
        return spawned;
    }

    private Task<HostInstance> TakeAsync(HostInstance instance, ImageStandIn image) =>
        fixture.Host.Operator.SnapshotAsync(instance.Id, new SnapshotRequest { ImageId = image.Id, Name = "my snapshot" }, Cancelled);

    private async Task AssertUndoneAsync(HostInstance instance, ImageStandIn image)
    {
        Assert.Null(await LedgerRowAsync(image));
        Assert.Equal(Approval.Pending, image.Approval);
        Assert.Equal("", await TagAsync(instance));
    }

    private async Task<(InstanceState State, string? Fault)> StateAsync(HostInstance instance)
    {
        var now = await fixture.Host.Operator.GetAsync(instance.Id, Cancelled);
        return (now.State, now.Fault?.Message);
    }

    private Task<SnapshotRow?> LedgerRowAsync(ImageStandIn image) => fixture.Host.Get<Ledger>().SnapshotAsync(image.Id, Cancelled);

    private Task<string> TagAsync(HostInstance instance) => Engine.DockerAsync("images", "-q", fixture.Host.Get<SnapshotTag>().ReferenceOf(instance.Id));
}
