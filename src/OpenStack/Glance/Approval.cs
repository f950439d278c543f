namespace OpenStack.Glance;

/// <summary>
/// The approval of a docker image: what may boot. It lives on the Glance image as protected properties that only administrators and the
/// driver host's service user may write, and binds to the content, not to the name.
/// </summary>
public static class Approval
{
    public const string State = "docker_approval";
    public const string Sha512 = "docker_approval_sha512";
    public const string Config = "docker_approval_config";
    public const string By = "docker_approval_by";
    public const string At = "docker_approval_at";
    public const string Expires = "docker_approval_expires";
    public const string Reason = "docker_approval_reason";
    /// <summary>Every property with this prefix is protected.</summary>
    public const string Prefix = "docker_approval";

    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Rejected = "rejected";
    public const string Revoked = "revoked";
    /// <summary>A snapshot that the driver host took itself: bootable in its owner's project.</summary>
    public const string Managed = "managed";

    /// <summary>The state as an image bears it; a docker image without one is pending.</summary>
    public static string Of(Image image) => image.Property(State) ?? Pending;
}
