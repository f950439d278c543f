using OpenStack.Nova;
using OpenStack.Placement;

namespace Dashboard.Hosts;

/// <summary>What a scheduler of several hosts goes by: the room on each by placement's word, and how hosts are put together.</summary>
internal sealed record Scheduling(IReadOnlyList<HostRoom> Rooms, IReadOnlyList<Aggregate> Aggregates)
{
    public static readonly Scheduling None = new([], []);
}

/// <param name="Name">Of the hypervisor.</param>
internal sealed record HostRoom(string Name, Room Cpus, Room MemoryMb, Room DiskGb)
{
    /// <summary>What flavors and images may require or forbid of it.</summary>
    public IReadOnlyCollection<string> Traits { get; init; } = [];

    /// <summary>Null when the provider is no compute host.</summary>
    public static HostRoom? Of(string name, InventoryList inventories, UsageList usages, TraitList traits) => inventories.Inventories.ContainsKey("VCPU")
        ? new HostRoom(name, RoomOf("VCPU", inventories, usages), RoomOf("MEMORY_MB", inventories, usages), RoomOf("DISK_GB", inventories, usages)) { Traits = [.. traits.Traits] }
        : null;

    private static Room RoomOf(string resource, InventoryList inventories, UsageList usages) => inventories.Inventories.TryGetValue(resource, out var inventory)
        ? new Room(usages.Usages.GetValueOrDefault(resource), (long)((inventory.Total - inventory.Reserved) * inventory.AllocationRatio), inventory.MaxUnit)
        : new Room(0, 0, 0);
}

/// <param name="Limit">With what may be promised beyond what is there.</param>
/// <param name="Most">That one instance may have.</param>
internal sealed record Room(long Used, long Limit, long Most)
{
    public long Left => Math.Max(0, Limit - Used);

    public bool Holds(long wanted) => wanted <= Left && wanted <= Most;
}
