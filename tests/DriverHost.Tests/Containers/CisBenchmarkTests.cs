using System.Text.Json;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>
/// Section 5 (container runtime) of the CIS Docker Benchmark 1.6, on an instance as the engine holds it. What is not asked for here is in the driver host's
/// README, with its reason.
/// </summary>
[Trait("needs", "docker")]
public sealed class CisBenchmarkTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private static readonly Dictionary<string, Func<JsonElement, JsonElement, bool>> Checks = new()
    {
        ["5.4 capabilities are restricted"] = (_, host) => Texts(host, "CapDrop").SequenceEqual(["ALL"]) && !Texts(host, "CapAdd").Any(c => c.Contains("ALL", StringComparison.Ordinal) || c.Contains("NET_ADMIN", StringComparison.Ordinal) || c.Contains("SYS_", StringComparison.Ordinal) || c.Contains("NET_RAW", StringComparison.Ordinal)),
        ["5.5 not privileged"] = (_, host) => !host.GetProperty("Privileged").GetBoolean(),
        ["5.6 no folder of the host is mounted"] = (all, host) => all.GetProperty("Mounts").GetArrayLength() == 0 && IsEmpty(host, "Binds"),
        ["5.8 no privileged port is mapped"] = (_, host) => IsEmpty(host, "PortBindings"),
        ["5.9 only needed ports are open on the host"] = (_, host) => IsEmpty(host, "PortBindings") && !host.GetProperty("PublishAllPorts").GetBoolean(),
        ["5.10 not in the host's network"] = (_, host) => Text(host, "NetworkMode") is not ("host" or "" or "default"),
        ["5.11 memory is limited"] = (_, host) => host.GetProperty("Memory").GetInt64() > 0 && host.GetProperty("MemorySwap").GetInt64() == host.GetProperty("Memory").GetInt64(),
        ["5.12 processor time is weighed and limited"] = (_, host) => host.GetProperty("CpuShares").GetInt64() > 0 && host.GetProperty("NanoCpus").GetInt64() > 0,
        ["5.14 incoming traffic is bound to an address"] = (_, host) => IsEmpty(host, "PortBindings"),
        ["5.15 it is not started again without end"] = (_, host) => Text(host.GetProperty("RestartPolicy"), "Name") == "no",
        ["5.16 not among the host's processes"] = (_, host) => Text(host, "PidMode").Length == 0,
        ["5.17 not in the host's IPC"] = (_, host) => Text(host, "IpcMode") == "private",
        ["5.18 no device of the host"] = (_, host) => IsEmpty(host, "Devices") && IsEmpty(host, "DeviceRequests"),
        ["5.19 ulimits are set"] = (_, host) => host.GetProperty("Ulimits").EnumerateArray().Any(u => Text(u, "Name") == "nofile"),
        ["5.20 no mount propagates"] = (all, _) => all.GetProperty("Mounts").GetArrayLength() == 0,
        ["5.21 not the host's name"] = (_, host) => Text(host, "UTSMode").Length == 0,
        ["5.22 system calls are filtered"] = (_, host) => !Texts(host, "SecurityOpt").Any(o => o.StartsWith("seccomp", StringComparison.Ordinal)),
        ["5.25 in the engine's own control group"] = (_, host) => Text(host, "CgroupParent").Length == 0,
        ["5.26 no new privileges"] = (_, host) => Texts(host, "SecurityOpt").Contains("no-new-privileges:true"),
        ["5.29 the number of processes is limited"] = (_, host) => host.GetProperty("PidsLimit").GetInt64() > 0,
        ["5.30 not on the default bridge"] = (all, _) => !all.GetProperty("NetworkSettings").GetProperty("Networks").TryGetProperty("bridge", out var _),
        ["5.31 not in the host's user namespace by wish"] = (_, host) => Text(host, "UsernsMode").Length == 0,
        ["5.32 the engine's socket is not in it"] = (all, _) => !all.GetRawText().Contains("docker.sock", StringComparison.Ordinal),
    };

    /// <summary>Each with its reason in the README.</summary>
    private static readonly string[] Excepted = ["5.1", "5.2", "5.3", "5.7", "5.13", "5.23", "5.24", "5.27", "5.28"];

    private readonly Instances _instances = new(fixture.Host);

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Theory]
    [InlineData("auto")]
    [InlineData("none")]
    public async Task Instance_AsTheEngineHoldsIt_PassesSection5(string network)
    {
        var inspected = await Instances.InspectAsync(await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, network: network)));

        var failed = Checks.Where(c => !c.Value(inspected, inspected.GetProperty("HostConfig"))).Select(c => c.Key);

        Assert.Empty(failed);
    }

    [Fact]
    public async Task Exceptions_AreInTheReadmeWithTheirReason()
    {
        var readme = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "src", "DriverHost", "README.md"), TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, 32).Select(n => $"5.{n}"), Checks.Keys.Select(k => k.Split(' ')[0]).Concat(Excepted).OrderBy(n => int.Parse(n[2..], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(Excepted, number => Assert.Contains(readme, line => line.StartsWith($"| {number} |", StringComparison.Ordinal)));
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    private static string[] Texts(JsonElement parent, string name) => parent.GetProperty(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(t => t.GetString()!)] : [];

    private static bool IsEmpty(JsonElement parent, string name) => !parent.TryGetProperty(name, out var value) || value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
