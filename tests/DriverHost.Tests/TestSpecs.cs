using DriverHost.Client;

namespace DriverHost.Tests;

/// <summary>Small instances.</summary>
internal static class TestSpecs
{
    public const string Sleep = "trap 'exit 0' TERM; while true; do sleep 0.1; done";

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
