using Dashboard.Approvals;
using Dashboard.Components;
using OpenStack.Glance;

namespace Dashboard.Instances;

/// <summary>One instance as the pages show it.</summary>
public sealed record InstanceView
{
    public required InstanceFacts Facts { get; init; }
    public required Standing Standing { get; init; }

    /// <summary>To the driver host that has it, or may have it.</summary>
    public required HostLink Link { get; init; }
    public required IReadOnlyList<ActionOffer> Actions { get; init; }
    /// <summary>Null when Glance does not have it (any more), and while it is <see cref="ImageAwaited"/>.</summary>
    public Image? Image { get; init; }
    public bool ImageAwaited { get; init; }
    public ApprovalState? Approval { get; init; }

    public string Id => Facts.Id;
    public string Name => string.IsNullOrWhiteSpace(Facts.Server.Name) ? $"unnamed {Id[..Math.Min(8, Id.Length)]}" : Visible.Of(Facts.Server.Name);
    public string ShortId => Id.Length < 12 ? Id : $"{Id[..4]}…{Id[^4..]}";
    public string? ImageId => Facts.Server.Image?.Id;
    public string ImageName => Image is not null ? string.IsNullOrWhiteSpace(Image.Name) ? "unnamed image" : Visible.Of(Image.Name) : ImageId is null ? "no image" : ImageAwaited ? "…" : "deleted image";
    public string FlavorName => Facts.Server.Flavor?.OriginalName ?? "–";
    public DateTimeOffset Created => Facts.Server.Created;

    /// <summary>The first address that people would use; null while it has none.</summary>
    public string? Address => Facts.Host?.Addresses is [var first, ..] ? first.Address : Facts.Server.Addresses.Values.SelectMany(a => a).FirstOrDefault()?.Address;

    /// <summary>A driver host of ours has it, may have it, or is about to. Else there is only what Nova tells: it is a virtual machine, is elsewhere, or never came to a host.</summary>
    public bool HasHost => Facts.Host is not null || Link.Why is not null || Standing.Phase == Phase.Building;

    public ActionOffer Offer(InstanceAction action) => Actions[(int)action];
}
