using System.Diagnostics;
using System.Net.Sockets;
using TestKit;

namespace EndToEnd.Product;

/// <summary>How the product starts, stops and starts again. Each test has products of its own.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task It_says_where_everything_is_and_stops_cleanly_while_instances_run_on()
    {
        await using var product = await ProductProcess.StartNewAsync();
        using var admin = CloudPerson.Of(product.CloudUrl, await KeystoneUser.FirstTokenAsync(product.CloudUrl, "admin", product.AdminPassword));
        var greeting = product.Output;
        var boot = await Command.RunAsync("/usr/bin/openstack",
            ["--os-cloud", "dashboard", "server", "create", "--flavor", "m1.tiny", "--image", "busybox", "--network", "auto", "--wait", "lasting"],
            new Dictionary<string, string> { ["OS_CLIENT_CONFIG_FILE"] = Path.Combine(product.DataPath, "clouds.yaml"), ["PATH"] = "/usr/bin:/bin" });
        boot.Succeeded();
        var container = Assert.Single(await Engine.ContainersAsync(product.DataPath, "{{.ID}}"));

        var watch = Stopwatch.StartNew();
        var exit = await product.StopAsync();
        watch.Stop();
        var running = await Engine.DockerAsync("inspect", "-f", "{{.State.Running}}", container);
        await product.StartAsync();
        var servers = await admin.ServersAsync();

        Assert.Contains($"Dashboard    {product.DashboardUrl.ToString().TrimEnd('/')}", greeting, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(product.DataPath, "secrets", "admin.password"), greeting, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(product.DataPath, "openrc"), greeting, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(product.DataPath, "clouds.yaml"), greeting, StringComparison.Ordinal);
        Assert.DoesNotContain(product.AdminPassword, greeting, StringComparison.Ordinal);
        Assert.Equal(0, exit);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(25), $"Stopping took {watch.Elapsed}.");
        Assert.Equal("true", running);
        Assert.Equal(["lasting"], servers);
        Assert.Equal(container, Assert.Single(await Engine.ContainersAsync(product.DataPath, "{{.ID}}")));
    }

    [Fact]
    public async Task Told_to_stop_while_it_starts_it_just_stops()
    {
        await using var product = await ProductProcess.StartNewAsync();
        await product.StopAsync();

        var starting = product.StartAsync();
        await PortAsync(product.DashboardUrl);
        var exit = await product.StopAsync();

        Assert.Equal(0, exit);
        Assert.DoesNotContain("Unhandled exception", product.Output, StringComparison.Ordinal);
        // It may have been ready just before.
        await starting.ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_second_copy_on_the_same_data_folder_is_refused()
    {
        await using var product = await ProductProcess.StartNewAsync("--Roles:0", "cloud");

        var second = await DashboardAsync("--Data:Path", product.DataPath, "--Dashboard:Url", "http://127.0.0.1:0", "--Cloud:Url", "http://127.0.0.1:0");

        Assert.Equal(2, second.ExitCode);
        Assert.Contains($"wrong    Another copy of the product uses the data folder {product.DataPath}. Stop it, or choose another with --Data:Path.", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dashboard_alone_works_against_the_cloud_of_another_process()
    {
        await using var cloud = await ProductProcess.StartNewAsync("--Roles:0", "cloud", "--Roles:1", "driver-host");
        await using var dashboard = await ProductProcess.StartNewAsync(
            "--Roles:0", "dashboard", "--Keystone:AuthUrl", new Uri(cloud.CloudUrl, "/identity/v3").ToString(), "--DriverHost:Url", $"unix://{Path.Combine(cloud.DataPath, "driver-host.sock")}");

        using var http = new HttpClient { BaseAddress = dashboard.DashboardUrl };
        var page = await http.GetStringAsync("/sign-in", TestContext.Current.CancellationToken);
        var answer = await http.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in",
            ["Input.UserName"] = "demo",
            ["Input.Password"] = cloud.DemoPassword,
            ["__RequestVerificationToken"] = System.Text.RegularExpressions.Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value,
        }), TestContext.Current.CancellationToken);

        Assert.Contains("Account of demo", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(dashboard.DataPath, "cloud.db")));
    }

    [Fact]
    public async Task Every_wrong_setting_is_said_at_once_with_exit_code_2()
    {
        var refused = await DashboardAsync("--Data:Path", "/proc/nowhere", "--Roles:0", "cook", "--Cloud:TokenLifetime", "soon", "--Dashboard:Url", "8080", "--Roles:1", "dashboard", "--Roles:2", "cloud");

        Assert.Equal(2, refused.ExitCode);
        Assert.Equal(3, refused.Error.Split('\n').Count(line => line.StartsWith("wrong    ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Check_tells_what_is_good_and_what_is_wrong_and_changes_nothing()
    {
        var data = Path.Combine(Path.GetTempPath(), $"never-{Guid.NewGuid():n}");

        var check = await DashboardAsync("--check", "--Data:Path", data, "--Dashboard:Url", "http://127.0.0.1:0", "--Cloud:Url", "http://127.0.0.1:0", "--Docker:Endpoint", "unix:///nowhere/docker.sock");

        Assert.Equal(2, check.ExitCode);
        Assert.Contains($"ok       The data folder {data} can be written.", check.Output, StringComparison.Ordinal);
        Assert.Contains("wrong    No Docker engine answers at /nowhere/docker.sock", check.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task A_data_folder_that_can_not_be_written_is_said_in_words()
    {
        var refused = await DashboardAsync("--Data:Path", "/proc/nowhere", "--Dashboard:Url", "http://127.0.0.1:0", "--Cloud:Url", "http://127.0.0.1:0");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("wrong    The data folder /proc/nowhere can't be written:", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    private static async Task PortAsync(Uri address)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var looking = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await looking.WaitForNextTickAsync(limit.Token))
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address.Host, address.Port, limit.Token);
                return;
            }
            catch (SocketException)
            {
                // Nobody listens yet.
            }
        }
    }

    private static Task<Command> DashboardAsync(params string[] arguments) => Command.RunAsync("dotnet", [Repository.ProductDll, .. arguments]);
}
