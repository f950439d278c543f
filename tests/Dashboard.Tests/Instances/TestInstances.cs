using Dashboard.Tests.Images;
using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Tests.Instances;

/// <summary>Instances as Nova and the driver host tell of them.</summary>
internal static class TestInstances
{
    public static readonly DateTimeOffset Now = TestImages.Now;

    public static string Id(string name) => $"{(uint)name.Aggregate(17, (hash, c) => hash * 31 + c):x8}-0000-4000-8000-000000000000";

    public static Server Server(string name, string status = "ACTIVE", string? task = null, Func<Server, Server>? change = null)
    {
        var server = new Server
        {
            Id = Id(name),
            Name = name,
            Status = status,
            TaskState = task,
            TenantId = "p1",
            UserId = "u1",
            Created = Now.AddHours(-2),
            Updated = Now.AddMinutes(-10),
            Flavor = new ServerFlavor { OriginalName = "m1.tiny", Vcpus = 1, Ram = 512 },
            Image = new ServerImage(TestImages.Id),
        };
        return change is null ? server : change(server);
    }

    public static HostInstance Host(string name, InstanceState state = InstanceState.Running, Func<HostInstance, HostInstance>? change = null)
    {
        var host = new HostInstance
        {
            Id = Id(name),
            ProjectId = "p1",
            UserId = "u1",
            Name = name,
            ImageId = TestImages.Id,
            Flavor = new FlavorSpec { Name = "m1.tiny", Vcpus = 1, MemoryMb = 512, DiskGb = 0 },
            State = state,
            CreatedAt = Now.AddHours(-2),
            StartedAt = state == InstanceState.Creating ? null : Now.AddHours(-1),
            ContainerId = state is InstanceState.Creating or InstanceState.Error ? null : "c0ffee0123456789",
            Addresses = state == InstanceState.Running ? [new InstanceAddress("project", "172.20.0.5", "02:42:ac:14:00:05")] : [],
        };
        return change is null ? host : change(host);
    }

    public static HostInstance Exited(string name, int code, bool outOfMemory = false, bool wanted = true, string? words = null) => Host(name, InstanceState.Exited, h => h with
    {
        WantedRunning = wanted,
        Exit = new InstanceExit(code, outOfMemory, Now.AddMinutes(-3), words ?? (outOfMemory ? "killed: out of memory at 512 MiB after 5 s" : $"code {code} after 2 min 08 s")),
    });

    public static HostInstance Doing(string name, string operation, string step, InstanceState state = InstanceState.Running, long? done = null, long? total = null) =>
        Host(name, state, h => h with { Operation = new InstanceOperation(operation, step, Now.AddSeconds(-5), done, total) });

    /// <summary>What is kept of an instance that was deleted an hour ago.</summary>
    public static FlightRecord Record(string name) => new()
    {
        Id = Id(name),
        ProjectId = "p1",
        UserId = "u1",
        Name = name,
        ImageId = "i1",
        Flavor = new FlavorSpec { Name = "m1.tiny", Vcpus = 1, MemoryMb = 512, DiskGb = 1 },
        CreatedAt = Now.AddHours(-2),
        RecordedAt = Now.AddHours(-1),
        DeletedAt = Now.AddHours(-1),
        RanUntilDeleted = true,
        Log = new RecordedLog(12),
    };
}
