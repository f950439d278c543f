using System.Globalization;
using System.Text.Json;
using Dashboard.Images;
using DriverHost.Client;
using OpenStack.Errors;
using OpenStack.Glance;

namespace Dashboard.Approvals;

/// <summary>Decides about docker images, and remembers who decided what, when and on which bytes.</summary>
internal interface IApprovalDecisions
{
    /// <exception cref="DecisionRefusedException">The image is no longer what the reviewer saw.</exception>
    Task ApproveAsync(Review review, string? reason, DateTimeOffset? expires, CancellationToken cancellationToken);

    Task RejectAsync(Review review, string reason, CancellationToken cancellationToken);

    Task RevokeAsync(Review review, string reason, CancellationToken cancellationToken);
}

/// <summary>What the reviewer had before their eyes when they decided.</summary>
/// <param name="Image">The record as it was then.</param>
/// <param name="Evidence">Null when the driver host could not read the archive.</param>
public sealed record Review(Image Image, ImageEvidence? Evidence);

/// <summary>The decision was not made; the message says why and what to do.</summary>
internal sealed class DecisionRefusedException(string message, Exception? inner = null) : Exception(message, inner);

internal sealed class ApprovalDecisions(IImageCloud cloud, IDecisionHistory history, TimeProvider time) : IApprovalDecisions
{
    public Task ApproveAsync(Review review, string? reason, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        if (review.Evidence is null)
        {
            throw new DecisionRefusedException("Not approved. The driver host has not read this archive, so nobody knows what is in it. Load the evidence first.");
        }

        if (review.Evidence.Problems.Count > 0)
        {
            throw new DecisionRefusedException($"Not approved. The archive can't boot: {review.Evidence.Problems[0]} Reject it, and ask for a repaired one.");
        }

        if (!Same(review.Evidence.Sha512, review.Image.OsHashValue))
        {
            throw new DecisionRefusedException("Not approved. The driver host read other bytes than Glance lists for this image. Load the evidence again.");
        }

        if (expires <= time.GetUtcNow())
        {
            throw new DecisionRefusedException("Not approved. The end of the approval lies in the past. Choose a later day.");
        }

        return DecideAsync(review, Approval.Approved, reason, expires, cancellationToken);
    }

    public Task RejectAsync(Review review, string reason, CancellationToken cancellationToken) => DecideAsync(review, Approval.Rejected, Required(reason), null, cancellationToken);

    public Task RevokeAsync(Review review, string reason, CancellationToken cancellationToken) => DecideAsync(review, Approval.Revoked, Required(reason), null, cancellationToken);

    private async Task DecideAsync(Review review, string decision, string? reason, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var image = await FreshAsync(review, now, cancellationToken);
        reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        var patch = new List<ImagePatch>();
        Set(Approval.State, decision);
        Set(Approval.Sha512, image.OsHashValue);
        Set(Approval.Config, review.Evidence?.ConfigDigest);
        Set(Approval.By, cloud.Viewer.UserName);
        Set(Approval.At, Iso(now));
        Set(Approval.Reason, reason);
        Set(Approval.Expires, expires is { } end ? Iso(end) : null);
        Set(ApprovalRequest.Note, null);
        await cloud.Glance.UpdateImageAsync(image.Id, [.. patch], cancellationToken);
        // The decision stands now: whoever goes away in this moment does not take its record along.
        await history.AddAsync(
            new DecisionRow
            {
                At = now.UtcDateTime,
                ById = cloud.Viewer.UserId,
                ByName = cloud.Viewer.UserName,
                ImageId = image.Id,
                ImageName = image.Name ?? "",
                ProjectId = image.Owner,
                Sha512 = image.OsHashValue!,
                Config = review.Evidence?.ConfigDigest,
                Decision = decision,
                Reason = reason,
                Expires = expires?.UtcDateTime,
                Evidence = review.Evidence is null ? null : JsonSerializer.Serialize(review.Evidence),
            },
            CancellationToken.None);

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                patch.Add(new ImagePatch(image.Properties.ContainsKey(name) ? "replace" : "add", "/" + name, value));
            }
            else if (image.Properties.ContainsKey(name))
            {
                patch.Add(new ImagePatch("remove", "/" + name));
            }
        }
    }

    private async Task<Image> FreshAsync(Review review, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Image image;
        try
        {
            image = await cloud.Glance.GetImageAsync(review.Image.Id, cancellationToken);
        }
        catch (OpenStackException gone) when (gone.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            throw new DecisionRefusedException("Not decided. The image was deleted in the meantime.", gone);
        }

        if (image is not { IsDocker: true, Status: "active", OsHashValue.Length: > 0 })
        {
            throw new DecisionRefusedException($"Not decided. Only a docker image with its bytes in place can be decided; this one is {image.Status}.");
        }

        if (!Same(image.OsHashValue, review.Image.OsHashValue))
        {
            throw new DecisionRefusedException("Not decided. The image has other bytes than those you reviewed. Review it again.");
        }

        var was = ApprovalState.Of(review.Image, now);
        var state = ApprovalState.Of(image, now);
        if (Approval.Of(image) != Approval.Of(review.Image) || was.At != state.At)
        {
            throw new DecisionRefusedException($"Not decided. {state.By ?? "Somebody"} decided in the meantime: {state.Word}. Look at it again.");
        }

        return image;
    }

    private static string Required(string reason) =>
        string.IsNullOrWhiteSpace(reason) ? throw new DecisionRefusedException("Not decided. Give a reason: the people who uploaded it read it.") : reason;

    private static bool Same(string? one, string? other) => one is { Length: > 0 } && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Iso(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
