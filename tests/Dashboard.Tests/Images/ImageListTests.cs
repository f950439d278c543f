using Microsoft.Extensions.Time.Testing;
using OpenStack.Glance;

namespace Dashboard.Tests.Images;

public sealed class ImageListTests
{
    private readonly TestImageCloud _cloud = new();
    private readonly FakeTimeProvider _time = new(TestImages.Now);

    private Dashboard.Images.ImageList List => new(_cloud, _time);

    [Fact]
    public async Task List_Default_AsksGlanceForDockerImagesOnly()
    {
        await List.ListAsync(all: false, TestContext.Current.CancellationToken);

        Assert.Equal(["docker"], _cloud.Glance.AskedFormats);
    }

    [Fact]
    public async Task List_AllFormats_PutsDockerImagesFirst()
    {
        var disk = TestImages.Docker("a disk", id: "1") with { ContainerFormat = "bare", CreatedAt = TestImages.Now };
        _cloud.Glance.With(disk, TestImages.Docker("old", id: "2"));

        var views = await List.ListAsync(all: true, TestContext.Current.CancellationToken);

        Assert.Equal(["old", "a disk"], views.Select(v => v.Name));
        Assert.Equal([null], _cloud.Glance.AskedFormats);
    }

    [Fact]
    public async Task List_SeveralPages_HasAllImagesOnce()
    {
        _cloud.Glance.PageSize = 2;
        _cloud.Glance.With([.. Enumerable.Range(0, 5).Select(i => TestImages.Docker($"image-{i}", id: $"id-{i}"))]);

        var views = await List.ListAsync(all: false, TestContext.Current.CancellationToken);

        Assert.Equal(5, views.Select(v => v.Id).Distinct().Count());
        Assert.Equal(5, views.Count);
    }

    [Fact]
    public async Task List_InstancesOfTheImage_AreNamedAsItsUses()
    {
        _cloud.Glance.With(TestImages.Approved());
        _cloud.Nova.Servers.AddRange([TestNova.Server("web-1", TestImages.Id), TestNova.Server("web-2", TestImages.Id), TestNova.Server("other", "else")]);

        var view = Assert.Single(await List.ListAsync(all: false, TestContext.Current.CancellationToken));

        Assert.Equal(["web-1", "web-2"], view.UsedBy.Select(u => u.Name));
        Assert.Null(_cloud.Nova.AskedAllTenants);
    }

    [Fact]
    public async Task List_Administrator_CountsInstancesOfAllProjects()
    {
        _cloud.Viewer = TestImageCloud.Administrator;
        _cloud.Glance.With(TestImages.Approved());
        _cloud.Nova.Servers.Add(TestNova.Server("theirs", TestImages.Id, tenant: "p2"));

        var view = Assert.Single(await List.ListAsync(all: false, TestContext.Current.CancellationToken));

        Assert.True(_cloud.Nova.AskedAllTenants);
        Assert.Equal("vision", Assert.Single(view.UsedBy).Project);
    }

    [Fact]
    public async Task Launch_NotApproved_SaysWhy()
    {
        _cloud.Glance.With(TestImages.Docker(approval: Approval.Rejected, properties: (Approval.Reason, "runs as root")));

        var view = await List.GetAsync(TestImages.Id, TestContext.Current.CancellationToken);

        Assert.Equal("Rejected: runs as root", view.Launch.WhyNot);
    }

    [Fact]
    public async Task Launch_ManagedSnapshotOfAnotherProject_IsRefused()
    {
        _cloud.Glance.With(TestImages.Docker(approval: Approval.Managed, owner: "p2"));

        var view = await List.GetAsync(TestImages.Id, TestContext.Current.CancellationToken);

        Assert.False(view.Launch.Allowed);
    }

    [Fact]
    public async Task Actions_Reader_AreAllRefusedWithAReason()
    {
        _cloud.Viewer = TestImageCloud.Reader;
        _cloud.Glance.With(TestImages.Approved());

        var view = await List.GetAsync(TestImages.Id, TestContext.Current.CancellationToken);

        Assert.All([view.Launch, view.Delete, view.RequestAgain], a => Assert.NotEmpty(a.WhyNot!));
    }

    [Fact]
    public async Task Delete_ProtectedOrForeignImage_IsRefused()
    {
        _cloud.Glance.With(TestImages.Approved(id: "mine") with { Protected = true }, TestImages.Approved(id: "theirs", owner: "p2"), TestImages.Approved(id: "free"));

        var views = (await List.ListAsync(all: false, TestContext.Current.CancellationToken)).ToDictionary(v => v.Id);

        Assert.False(views["mine"].Delete.Allowed);
        Assert.False(views["theirs"].Delete.Allowed);
        Assert.True(views["free"].Delete.Allowed);
    }

    [Fact]
    public async Task RequestAgain_RejectedImage_LeavesANoteAndCannotBeAskedTwice()
    {
        _cloud.Glance.With(TestImages.Docker(approval: Approval.Rejected));

        await List.RequestAgainAsync(TestImages.Id, " fixed the user ", TestContext.Current.CancellationToken);

        var view = await List.GetAsync(TestImages.Id, TestContext.Current.CancellationToken);
        Assert.Equal("fixed the user", view.Image.Property("docker_request"));
        Assert.False(view.RequestAgain.Allowed);
    }

    [Fact]
    public async Task Create_WithNote_WritesRequesterAndNote()
    {
        var image = await List.CreateAsync(new Dashboard.Images.NewImage("ingest ", "shared", "for the new instrument"), TestContext.Current.CancellationToken);

        Assert.Equal("ingest", image.Name);
        Assert.Equal("u1", image.Property("user_id"));
        Assert.Equal("for the new instrument", image.Property("docker_request"));
    }
}
