namespace Cloud.Glance.Images;

/// <summary>The words of Glance's API for states, visibilities and formats.</summary>
internal static class ImageStates
{
    public const string Queued = "queued";
    public const string Saving = "saving";
    public const string Active = "active";
    public const string Deactivated = "deactivated";

    public const string Public = "public";
    public const string Private = "private";
    public const string Shared = "shared";
    public const string Community = "community";

    public const string MemberPending = "pending";
    public const string MemberAccepted = "accepted";
    public const string MemberRejected = "rejected";

    public const string Docker = "docker";

    public static readonly string[] Visibilities = [Public, Private, Shared, Community];
    public static readonly string[] MemberStates = [MemberPending, MemberAccepted, MemberRejected];
    public static readonly string[] ContainerFormats = ["ami", "ari", "aki", "bare", "ovf", "ova", Docker, "compressed"];
    public static readonly string[] DiskFormats = ["ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop", "gpt"];
}
