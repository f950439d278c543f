using System.Net;
using System.Net.Sockets;
using Dashboard.Hosting;

namespace Dashboard.Tests.Hosting;

public sealed class MachineCheckTests
{
    [Fact]
    public async Task Run_PortTaken_SaysWhichAndHow()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var results = await CheckAsync("--Roles:0", "dashboard", "--Dashboard:Url", url);

        var wrong = Assert.Single(results, r => !r.Good && r.Words.StartsWith("Dashboard", StringComparison.Ordinal));
        Assert.StartsWith($"Dashboard:Url {url}/ can't be used:", wrong.Words, StringComparison.Ordinal);
        Assert.EndsWith("Choose another with --Dashboard:Url.", wrong.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FolderIsAFile_SaysSo()
    {
        var file = Path.GetTempFileName();

        var results = await CheckAsync("--Roles:0", "dashboard", "--Data:Path", Path.Combine(file, "data"));

        File.Delete(file);
        Assert.Contains(results, r => !r.Good && r.Words.StartsWith($"The data folder {file}/data can't be written:", StringComparison.Ordinal) && r.Words.EndsWith("Choose another with --Data:Path.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FolderInUse_SaysSo()
    {
        var data = Directory.CreateTempSubdirectory("check-").FullName;
        await using var claim = DataFolderClaim.TryTake(data);

        var results = await CheckAsync("--Roles:0", "dashboard", "--Data:Path", data);

        Assert.Contains(results, r => !r.Good && r.Words.StartsWith($"Another copy of the product uses the data folder {data}.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_NoEngine_SaysWhereItLooked()
    {
        var results = await CheckAsync("--Roles:0", "driver-host", "--Docker:Endpoint", "unix:///nowhere/docker.sock");

        Assert.Contains(results, r => !r.Good && r.Words.StartsWith("No Docker engine answers at /nowhere/docker.sock:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_NoKeystone_SaysWhoDoesNotAnswer()
    {
        var results = await CheckAsync("--Roles:0", "dashboard", "--Keystone:AuthUrl", "http://127.0.0.1:9/v3");

        Assert.Contains(results, r => !r.Good && r.Words.StartsWith("Keystone:AuthUrl http://127.0.0.1:9/v3 does not answer:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Fresh_LeavesNothingBehind()
    {
        var data = Path.Combine(Path.GetTempPath(), $"check-{Guid.NewGuid():n}");

        await CheckAsync("--Roles:0", "cloud", "--Cloud:Url", "http://127.0.0.1:0", "--Data:Path", data);

        Assert.False(Directory.Exists(data));
    }

    private static async Task<IReadOnlyList<CheckResult>> CheckAsync(params string[] arguments)
    {
        var data = Directory.CreateTempSubdirectory("check-").FullName;
        var results = await MachineCheck.RunAsync(ProductSettings.Read(["--Data:Path", data, "--Dashboard:Url", "http://127.0.0.1:0", .. arguments]), CancellationToken.None);
        Directory.Delete(data);
        return results;
    }
}
