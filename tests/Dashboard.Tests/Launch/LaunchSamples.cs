using System.Net;
using Dashboard.Images;
using Dashboard.Launch;
using Dashboard.Tests.Images;
using DriverHost.Client;
using OpenStack.Errors;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Tests.Launch;

/// <summary>A small project: an approved image, one that waits, four flavors, room for ten instances.</summary>
internal static class LaunchSamples
{
    public const string ServerId = "5e4e4000-0000-4000-8000-000000000001";
    public const string Worker = "a0000000-0000-4000-8000-000000000001";
    public const string Ingest = "a0000000-0000-4000-8000-000000000002";

    public static readonly Flavor Tiny = Flavor("1", "m1.tiny", 1, 512, 1);
    public static readonly Flavor Small = Flavor("2", "m1.small", 1, 2048, 20);
    public static readonly Flavor Medium = Flavor("3", "m1.medium", 2, 4096, 40);
    public static readonly Flavor Large = Flavor("4", "m1.large", 4, 8192, 80);

    public static LaunchFacts Facts(AbsoluteLimits? limits = null, Viewer? viewer = null, IReadOnlyList<Image>? images = null, params string[] names)
    {
        var servers = names.Select(n => Server(n, "ACTIVE", id: n)).ToList();
        var views = new ImageViews(viewer ?? TestImageCloud.Member, People.None, servers, TestImages.Now);
        images ??= [TestImages.Docker("ingest:1.2", id: Ingest), TestImages.Approved("registry.lab/align-worker:2.3", id: Worker)];
        return new LaunchFacts
        {
            Images = [.. images.Select(views.Of)],
            Flavors = [Tiny, Small, Medium, Large],
            Limits = limits ?? Limits(),
            Servers = servers,
        };
    }

    public static AbsoluteLimits Limits(int instances = 2, int cores = 3, int ram = 4096, int mostInstances = 10, int mostCores = 20, int mostRam = 16384) => new()
    {
        TotalInstancesUsed = instances,
        TotalCoresUsed = cores,
        TotalRamUsed = ram,
        MaxTotalInstances = mostInstances,
        MaxTotalCores = mostCores,
        MaxTotalRamSize = mostRam,
    };

    public static LaunchDraft Draft() => new() { ImageId = Worker, FlavorId = Medium.Id, Name = "align-worker" };

    public static Server Server(string name, string status, string? task = null, string? fault = null, string id = ServerId) => new()
    {
        Id = id,
        Name = name,
        Status = status,
        TenantId = "p1",
        UserId = "u1",
        TaskState = task,
        Fault = fault is null ? null : new ServerFault(500, fault),
    };

    public static HostInstance Spawning(string step, long? done = null, long? total = null, InstanceFault? fault = null) => new()
    {
        Id = ServerId,
        ProjectId = "p1",
        UserId = "u1",
        Name = "align-worker",
        ImageId = Worker,
        Flavor = new FlavorSpec { Name = "m1.tiny", Vcpus = 1, MemoryMb = 512, DiskGb = 1 },
        State = InstanceState.Creating,
        Operation = new InstanceOperation("spawn", step, TestImages.Now, done, total),
        Fault = fault,
        CreatedAt = TestImages.Now,
    };

    public static ImageEvidence Evidence(string id) => new()
    {
        ImageId = id,
        Sha512 = TestImages.Sha512,
        Size = 2048,
        Problems = [],
        Notes = [],
        Tags = [],
        Entrypoint = ["/bin/align"],
        Command = ["--serve", "all lanes"],
        WorkingDirectory = "/data",
        Environment = ["LANES=8"],
    };

    public static HostRecord Host(long memoryMb = 8192, long usedMb = 2048, int cpus = 4, bool answers = true) => new()
    {
        HostName = "compute-1",
        Version = "1.0",
        EngineAnswers = answers,
        EngineVersion = "20.10",
        EngineApiVersion = "1.41",
        KernelVersion = "6.1",
        Architecture = "x86_64",
        StorageDriver = "overlay2",
        Cpus = cpus,
        MemoryMb = memoryMb,
        DiskGb = 100,
        DiskFreeGb = 60,
        VcpusUsed = 2,
        MemoryMbUsed = usedMb,
        DiskGbUsed = 10,
        Instances = 3,
        RunningInstances = 2,
        EngineStartedAt = TestImages.Now.AddHours(-2),
        Features = [new("disk-quota", false, "The storage driver does not limit disk."), new("seccomp", true, "System calls are filtered (default).")],
        Advisories = [new("runc", "1.1.5", "CVE-2024-21626", "1.1.12", "A working directory can be a handle of the host's files.")],
    };

    public static ComputeService Service(string status = "enabled", string state = "up", string? reason = null) => new()
    {
        Id = "s1",
        Binary = "nova-compute",
        Host = "compute-1",
        Zone = "nova",
        Status = status,
        State = state,
        DisabledReason = reason,
        UpdatedAt = TestImages.Now.UtcDateTime,
    };

    public static OpenStackException Refusal(HttpStatusCode status, string words) => new("compute", HttpMethod.Post, null, status, words, "req-5c1f");

    private static Flavor Flavor(string id, string name, int cpus, int ram, int disk) => new() { Id = id, Name = name, Vcpus = cpus, Ram = ram, Disk = disk };
}
