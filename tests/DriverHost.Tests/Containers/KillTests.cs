using DriverHost.Client;
using DriverHost.Tests.StandIns;
using Microsoft.EntityFrameworkCore;
using OpenStack.Glance;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>The product in the role driver-host, killed with SIGKILL in the middle of its work.</summary>
[Trait("needs", "docker")]
public sealed class KillTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kill-").FullName;
    private readonly string _project = TestSpecs.NewProject();
    private CloudStandIn _cloud = null!;
    private ProductProcess _product = null!;
    private HttpClient _http = null!;
    private DriverHostClient _driver = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => _product.DataPath;

    public async ValueTask InitializeAsync()
    {
        _cloud = await CloudStandIn.StartAsync(Path.Combine(_folder, "images"));
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, KeystoneStandIn.Password);
        _product = await ProductProcess.StartNewAsync("--Roles:0", "driver-host", "--Keystone:AuthUrl", $"{_cloud.Url}/identity/v3", "--DriverHost:PasswordFile", password);
        _http = DriverHostClient.CreateHttp(new Uri($"unix://{Path.Combine(Data, "driver-host.sock")}"));
        var token = _cloud.Keystone.Issue("service-project", ["service"]);
        _driver = new DriverHostClient(_http, _ => ValueTask.FromResult(token));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await RunningDriverHost.RemoveAllAsync(Data);
        await _product.DisposeAsync();
        await _cloud.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Kill_InTheMiddleOfTwentyBoots_LeavesEachWholeOrUndone()
    {
        var image = _cloud.Glance.Add(TestImages.Running(TestSpecs.Sleep));
        var ids = Enumerable.Range(0, 20).Select(_ => TestSpecs.NewId()).ToArray();
        var booted = 0;
        var some = new TaskCompletionSource();
        var boots = ids.Select(BootAsync).ToArray();
        await some.Task.WaitAsync(RunningDriverHost.Patience, Cancelled);

        await _product.KillAsync();
        await Task.WhenAll(boots);
        await _product.StartAsync();

        await _driver.DeleteAsync("nothing", Cancelled);
        var after = await _driver.ListAsync(Cancelled);
        Assert.All(after, i => Assert.True(i is { State: InstanceState.Running, Fault: null } or { State: InstanceState.Error, Fault.Code: "interrupted" }, $"{i.State} {i.Fault}"));
        Assert.Contains(after, i => i.State == InstanceState.Running);
        var containers = await Engine.ContainersAsync(Data);
        Assert.Equal(after.Where(i => i.State == InstanceState.Running).Select(i => $"os-{i.Id}").Order(StringComparer.Ordinal), containers.Order(StringComparer.Ordinal));

        await Task.WhenAll(after.Select(i => _driver.DeleteAsync(i.Id, Cancelled)));
        Assert.Empty(await Engine.ContainersAsync(Data));
        Assert.Equal("", await Engine.DockerAsync("network", "ls", "-q", "--filter", $"name=os-{_project}"));

        async Task BootAsync(string id)
        {
            try
            {
                await _driver.SpawnAsync(id, TestSpecs.Of(image.Id, _project, network: "auto"), Cancelled);
            }
            catch (DriverHostException lost) when (lost.StatusCode is null)
            {
                // Its driver host was killed.
                return;
            }

            if (Interlocked.Increment(ref booted) == 5)
            {
                some.SetResult();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_InTheMiddleOfASnapshot_LeavesNeitherTagNorRowNorMark(bool allBytesSent)
    {
        var image = _cloud.Glance.Add(TestImages.Running(TestSpecs.Sleep));
        var target = _cloud.Glance.AddQueued(_project);
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        if (allBytesSent)
        {
            // The second change of properties comes after the upload.
            target.BeforePatch = changes => changes.Count == 1 ? Task.CompletedTask : WaitAsync();
        }
        else
        {
            target.BeforeUpload = WaitAsync;
        }

        var id = TestSpecs.NewId();
        await _driver.SpawnAsync(id, TestSpecs.Of(image.Id, _project), Cancelled);
        var taking = _driver.SnapshotAsync(id, new SnapshotRequest { ImageId = target.Id, Name = "snapshot" }, Cancelled);
        await reached.Task.WaitAsync(RunningDriverHost.Patience, Cancelled);

        await _product.KillAsync();
        await Assert.ThrowsAsync<DriverHostException>(() => taking);
        (target.BeforePatch, target.BeforeUpload) = (null, null);
        never.SetException(new IOException("its sender is gone"));
        await _product.StartAsync();

        await _driver.DeleteAsync("nothing", Cancelled);
        Assert.Equal("", await Engine.DockerAsync("images", "-q", $"os-snapshot/{(await File.ReadAllTextAsync(Path.Combine(Data, "host-id"), Cancelled)).Trim()}"));
        Assert.Equal(InstanceState.Running, (await _driver.GetAsync(id, Cancelled)).State);
        await AssertSettledAsync(target, finished: allBytesSent);

        Task WaitAsync()
        {
            reached.TrySetResult();
            return never.Task;
        }
    }

    // Settling goes on beside the calls, and the books are another process's: nobody tells when they change.
    private async Task AssertSettledAsync(ImageStandIn target, bool finished)
    {
        using var patience = new CancellationTokenSource(RunningDriverHost.Patience);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await looks.WaitForNextTickAsync(patience.Token))
        {
            await using var db = LedgerReader.Open(Path.Combine(Data, "driver-host.db"));
            var row = await db.Snapshots.SingleOrDefaultAsync(s => s.ImageId == target.Id, patience.Token);
            if (finished ? row is { Finished: true } : row is null)
            {
                break;
            }
        }

        Assert.Equal(finished ? Approval.Managed : Approval.Pending, target.Approval);
    }
}
