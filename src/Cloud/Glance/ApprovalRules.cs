using System.Globalization;
using Cloud.Glance.Images;
using Cloud.Http;
using OpenStack.Glance;

namespace Cloud.Glance;

/// <summary>
/// What may boot is decided on the image itself, by properties that only administrators and the cloud's own services write,
/// and that are bound to the image's bytes.
/// </summary>
internal static class ApprovalRules
{
    private static readonly string[] States = [Approval.Pending, Approval.Approved, Approval.Rejected, Approval.Revoked, Approval.Managed];

    public static bool IsProtected(string property) => property.StartsWith(Approval.Prefix, StringComparison.OrdinalIgnoreCase);

    public static void RequireMayWrite(Caller caller, string property)
    {
        if (IsProtected(property) && !caller.IsAdmin && !caller.IsService)
        {
            throw CloudFailure.Forbidden($"Property '{property}' is protected: only an administrator decides which docker images may boot.");
        }
    }

    /// <summary>Checks the approval that a call has written, and completes it: whose, when, and of which bytes.</summary>
    /// <param name="written">The names of the properties that the call has set.</param>
    public static void Settle(ImageRow image, Caller caller, IReadOnlySet<string> written, DateTimeOffset now)
    {
        if (!written.Any(IsProtected))
        {
            return;
        }

        RequireState(image, written);
        RequireSameBytes(image, written);
        if (written.Contains(Approval.Expires) && !DateTimeOffset.TryParse(image.Property(Approval.Expires), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            throw CloudFailure.Invalid($"'{image.Property(Approval.Expires)}' is not an ISO 8601 time: {Approval.Expires}");
        }

        if (!written.Contains(Approval.State))
        {
            return;
        }

        if (image.Sha512 is not null && image.Property(Approval.State) is Approval.Approved or Approval.Managed)
        {
            image.SetProperty(Approval.Sha512, image.Sha512!);
        }

        Fill(Approval.By, caller.UserName);
        Fill(Approval.At, Time(now));

        void Fill(string name, string value)
        {
            if (!written.Contains(name))
            {
                image.SetProperty(name, value);
            }
        }
    }

    /// <summary>The approval of a docker image that has just received its bytes.</summary>
    public static void Activate(ImageRow image, Caller uploader, bool administratorsApproveOwn, DateTimeOffset now)
    {
        if (image.ContainerFormat != ImageStates.Docker)
        {
            return;
        }

        if (uploader.IsService && image.Property(Approval.State) == Approval.Managed)
        {
            image.SetProperty(Approval.Sha512, image.Sha512!);
            return;
        }

        // Whatever was written before the bytes came was not about these bytes.
        image.Properties.RemoveAll(p => IsProtected(p.Name));
        if (!uploader.IsAdmin || !administratorsApproveOwn)
        {
            image.SetProperty(Approval.State, Approval.Pending);
            return;
        }

        Approve(image, uploader.UserName, now);
    }

    public static void Approve(ImageRow image, string by, DateTimeOffset now)
    {
        image.SetProperty(Approval.State, Approval.Approved);
        image.SetProperty(Approval.Sha512, image.Sha512!);
        image.SetProperty(Approval.By, by);
        image.SetProperty(Approval.At, Time(now));
    }

    private static void RequireState(ImageRow image, IReadOnlySet<string> written)
    {
        if (!written.Contains(Approval.State))
        {
            return;
        }

        var state = image.Property(Approval.State);
        if (!States.Contains(state))
        {
            throw CloudFailure.Invalid($"'{state}' is not one of {string.Join(", ", States)}: {Approval.State}");
        }

        if (state == Approval.Approved && image.Sha512 is null)
        {
            throw CloudFailure.Conflict($"Image {image.Id} cannot be approved before its data is uploaded: an approval is bound to the bytes.");
        }
    }

    private static void RequireSameBytes(ImageRow image, IReadOnlySet<string> written)
    {
        if (written.Contains(Approval.Sha512) && image.Property(Approval.Sha512) is { } claimed && !string.Equals(claimed, image.Sha512, StringComparison.Ordinal))
        {
            throw CloudFailure.Conflict(
                $"{Approval.Sha512} does not match image {image.Id}: the image's os_hash_value is {image.Sha512 ?? "not known yet"}. Review the image again and approve what it holds now.");
        }
    }

    private static string Time(DateTimeOffset time) => ImageView.Time(time.UtcDateTime);
}
