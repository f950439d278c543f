using Dashboard.Components;
using Dashboard.Hosts;
using Dashboard.Images;
using OpenStack.Nova;

namespace Dashboard.Launch;

/// <summary>All that the form offers and checks against, from one moment.</summary>
internal sealed record LaunchFacts
{
    public required IReadOnlyList<ImageView> Images { get; init; }
    public required IReadOnlyList<Flavor> Flavors { get; init; }
    public required AbsoluteLimits Limits { get; init; }
    public IReadOnlyList<Keypair> KeyPairs { get; init; } = [];

    /// <summary>Availability zones that take instances now.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>The project's own.</summary>
    public IReadOnlyList<Server> Servers { get; init; } = [];

    /// <summary>Null when the viewer may not know.</summary>
    public HostsFacts? Hosts { get; init; }

    /// <summary>
    /// Whether instances can be in a network of the project. The embedded cloud makes one for each; a cloud with a network service hands out ports,
    /// which a container cannot be given yet.
    /// </summary>
    public bool OwnNetwork { get; init; } = true;

    public string DefaultNetwork => OwnNetwork ? LaunchDraft.AutoNetwork : LaunchDraft.NoNetwork;

    public ImageView? Image(string? id) => id is null ? null : Images.FirstOrDefault(i => i.Id == id);

    public Flavor? Flavor(string? id) => id is null ? null : Flavors.FirstOrDefault(f => f.Id == id);

    /// <summary>Bootable ones first, each kind in the order that the list has.</summary>
    public IEnumerable<ImageView> Offered => Images.OrderByDescending(i => i.Launch.Allowed);

    /// <summary>The smallest flavor that the image fits and the quota has room for; without one the smallest that fits.</summary>
    public Flavor? DefaultFlavor(ImageView? image) =>
        Flavors.FirstOrDefault(f => FlavorFit.WhyNot(f, image) is null && !QuotaProjection.Of(Limits, f, 1).IsOver) ?? Flavors.FirstOrDefault(f => FlavorFit.WhyNot(f, image) is null);
}

/// <summary>Whether an image may run with a flavor. Nova refuses the same.</summary>
internal static class FlavorFit
{
    private const long Gibibyte = 1L << 30;

    /// <returns>Null when it fits.</returns>
    public static string? WhyNot(Flavor flavor, ImageView? image) =>
        image is null ? null
        : image.Image.MinRam > flavor.Ram ? $"the image needs {Units.Memory(image.Image.MinRam)} of memory"
        : flavor.Disk > 0 && image.Image.MinDisk > flavor.Disk ? $"the image needs {image.Image.MinDisk} GiB of disk"
        : flavor.Disk > 0 && image.Image.Size > flavor.Disk * Gibibyte ? $"the image alone takes {Units.Bytes(image.Image.Size.Value)} of disk"
        : null;
}
