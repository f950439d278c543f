using System.Text.Json;
using DriverHost.Client;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>What the engine says of a container that was made here, and what its processes cannot do.</summary>
[Trait("needs", "docker")]
public sealed class HardeningTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Container_AsTheEngineHoldsIt_IsHardened()
    {
        var inspected = await Instances.InspectAsync(await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id)));

        var host = inspected.GetProperty("HostConfig");
        Assert.Equal(["ALL"], Texts(host, "CapDrop"));
        Assert.Equal(["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"], Texts(host, "CapAdd").Select(c => c.Replace("CAP_", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["no-new-privileges:true"], Texts(host, "SecurityOpt"));
        Assert.False(host.GetProperty("Privileged").GetBoolean());
        Assert.True(host.GetProperty("Init").GetBoolean());
        Assert.Equal(("private", "", "", ""), (Text(host, "IpcMode"), Text(host, "PidMode"), Text(host, "UTSMode"), Text(host, "UsernsMode")));
        Assert.All(["Binds", "Mounts", "Devices", "DeviceRequests", "VolumesFrom", "Links", "ExtraHosts", "GroupAdd", "PortBindings"], name => Assert.True(IsEmpty(host, name), name));
        Assert.Equal("no", Text(host.GetProperty("RestartPolicy"), "Name"));
        Assert.False(host.GetProperty("OomKillDisable").ValueKind == JsonValueKind.True);
        Assert.NotEqual(0, host.GetProperty("MaskedPaths").GetArrayLength());
        Assert.NotEqual(0, host.GetProperty("ReadonlyPaths").GetArrayLength());
        Assert.Equal(0, inspected.GetProperty("Mounts").GetArrayLength());
    }

    [Fact]
    public async Task Container_Log_IsCapped()
    {
        var inspected = await Instances.InspectAsync(await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id)));

        var log = inspected.GetProperty("HostConfig").GetProperty("LogConfig");
        Assert.Equal(("json-file", "10m", "3"), (Text(log, "Type"), Text(log.GetProperty("Config"), "max-size"), Text(log.GetProperty("Config"), "max-file")));
    }

    [Fact]
    public async Task Container_Labels_SayWhoseItIs()
    {
        var spec = TestSpecs.Of(fixture.Busybox.Id);
        var spawned = await _instances.SpawnAsync(spec);

        var labels = (await Instances.InspectAsync(spawned)).GetProperty("Config").GetProperty("Labels");

        var owner = (await File.ReadAllTextAsync(Path.Combine(fixture.Host.DataPath, "host-id"), TestContext.Current.CancellationToken)).Trim();
        Assert.Equal((spawned.Id, spec.ProjectId, owner), (Text(labels, "openstack.instance"), Text(labels, "openstack.project"), Text(labels, "openstack.owner")));
    }

    [Theory]
    [InlineData("mount -t tmpfs none /tmp")]
    [InlineData("mknod /tmp/memory c 1 1 && head -c 1 /tmp/memory")]
    [InlineData("hostname other")]
    [InlineData("ifconfig lo down")]
    [InlineData("chroot / true")]
    [InlineData("echo 1 > /proc/sys/kernel/sysrq")]
    [InlineData("ls /var/run/docker.sock")]
    public async Task Process_ThatReachesForTheHost_IsRefused(string script)
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));

        var tried = await Command.RunAsync("docker", "exec", spawned.ContainerId!, "/bin/busybox", "sh", "-c", $"busybox {script}");
        var control = await Command.RunAsync("docker", "exec", spawned.ContainerId!, "/bin/busybox", "sh", "-c", "busybox true");

        Assert.NotEqual(0, tried.ExitCode);
        Assert.Equal(0, control.ExitCode);
    }

    [Fact]
    public async Task Process_InTheContainer_HasSevenCapabilitiesAndAFilter()
    {
        var spawned = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id));

        var status = (await Instances.RunAsync(spawned, "grep -E 'CapBnd|CapEff|NoNewPrivs|^Seccomp:' /proc/1/status")).Split('\n').Select(l => l.Split('\t')).ToDictionary(l => l[0], l => l[1]);

        // CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, KILL 5, SETGID 6, SETUID 7, NET_BIND_SERVICE 10.
        Assert.Equal(("00000000000004eb", "00000000000004eb", "1", "2"), (status["CapBnd:"], status["CapEff:"], status["NoNewPrivs:"], status["Seccomp:"]));
    }

    [Fact]
    public async Task Spec_WithAWorkingDirectoryInTheKernelsFolders_IsRefused()
    {
        var spec = TestSpecs.Of(fixture.Busybox.Id) with { WorkingDirectory = "/tmp/../proc/self/fd/7" };

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => _instances.SpawnAsync(spec));

        Assert.Equal("invalid", refused.Code);
        Assert.Equal("The working directory /tmp/../proc/self/fd/7 is in one of the kernel's own folders. Choose another.", refused.Message);
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    private static string[] Texts(JsonElement parent, string name) => [.. parent.GetProperty(name).EnumerateArray().Select(t => t.GetString()!)];

    private static bool IsEmpty(JsonElement parent, string name) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind switch
        {
            JsonValueKind.Null => true,
            JsonValueKind.Array => value.GetArrayLength() == 0,
            JsonValueKind.Object => !value.EnumerateObject().Any(),
            _ => false,
        };
}
