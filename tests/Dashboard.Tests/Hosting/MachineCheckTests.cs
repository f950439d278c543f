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
    public async Task Run_DriverHostAlone_WantsThePasswordOfItsUser()
    {
        var file = Path.GetTempFileName();
        string[] host = ["--Roles:0", "driver-host", "--Keystone:AuthUrl", "http://127.0.0.1:9/v3", "--DriverHost:PasswordFile"];

        var missing = await CheckAsync([.. host, "/nowhere/password"]);
        var empty = await CheckAsync([.. host, file]);
        await File.WriteAllTextAsync(file, "secret\n", TestContext.Current.CancellationToken);
        var there = await CheckAsync([.. host, file]);

        File.Delete(file);
        Assert.Contains(missing, r => !r.Good && r.Words.StartsWith("DriverHost:PasswordFile /nowhere/password can't be read:", StringComparison.Ordinal));
        Assert.Contains(empty, r => !r.Good && r.Words.StartsWith($"DriverHost:PasswordFile {file} is empty.", StringComparison.Ordinal));
        Assert.Contains(there, r => r.Good && r.Words == $"The password of the driver host's user is in {file}.");
    }

    [Fact]
    public async Task Run_OuterDoorTaken_SaysWhichAndHow()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"https://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var results = await CheckAsync("--Roles:0", "driver-host", "--DriverHost:ListenUrl", url);

        Assert.Contains(results, r => !r.Good && r.Words.StartsWith($"DriverHost:ListenUrl {url}/ can't be used:", StringComparison.Ordinal));
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
