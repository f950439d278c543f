using DriverHost.Client;

namespace DriverHost.Tests;

/// <summary>Small instances.</summary>
internal static class TestSpecs
{
    // No loop: on cgroup v1 the engine cannot freeze processes that fork all the time.
    public const string Sleep = "trap 'exit 0' TERM; sleep 100000 & wait";

    /// <summary>Does not end when it is asked to, once it has said that it is ready.</summary>
    public const string Deaf = "trap '' TERM; echo ready; sleep 100000";

    public static string NewId() => Guid.NewGuid().ToString();

    public static string NewProject() => Guid.NewGuid().ToString("n");

    public static InstanceSpec Of(string imageId, string? project = null, string? script = null, int memoryMb = 64, int vcpus = 1, string network = "none") => new()
    {
        ProjectId = project ?? NewProject(),
        UserId = "user",
        Name = "test",
        ImageId = imageId,
        Flavor = new FlavorSpec { Name = "test", Vcpus = vcpus, MemoryMb = memoryMb, DiskGb = 0 },
        Command = script is null ? null : ["sh", "-c", script],
        Network = network,
    };
}
