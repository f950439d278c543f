using Dashboard.Components;
using Dashboard.Images;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using OpenStack.Errors;

namespace Dashboard.Approvals;

/// <summary>Keeps what the reviewer sees still: the image may change meanwhile, but a decision is about what stood here.</summary>
public sealed partial class ApprovalReview : IDisposable
{
    private CancellationTokenSource _reading = new();
    private ImageView? _seen;
    private bool _overtaken;
    private ImageEvidence? _evidence;
    private Problem? _evidenceProblem;
    private IReadOnlyList<ApprovedKin> _kins = [];
    private ApprovedKin? _kin;
    private ImageEvidence? _kinEvidence;
    private EvidenceDiff? _diff;
    private Problem? _kinProblem;
    private IReadOnlyList<DecisionRow> _rows = [];
    private Problem? _refused;
    private bool _deciding;
    private bool _decided;

    [Inject]
    private IImageEvidence Host { get; set; } = null!;

    [Inject]
    private IApprovalDecisions Decisions { get; set; } = null!;

    [Inject]
    private IDecisionHistory History { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Parameter, EditorRequired]
    public ImageView Image { get; set; } = null!;

    /// <summary>Every image that the reviewer may see: relatives and twins are among them.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ImageView> All { get; set; } = [];

    /// <summary>What was read so far, by the sha512 that Glance lists; shared by the reviews of one page.</summary>
    [Parameter, EditorRequired]
    public Dictionary<string, ImageEvidence> Known { get; set; } = [];

    /// <summary>After a decision: the image's id, and words for the announcement.</summary>
    [Parameter]
    public EventCallback<(string Id, string Words)> OnDecided { get; set; }

    /// <summary>An archive was read: <see cref="Known"/> has more.</summary>
    [Parameter]
    public EventCallback OnRead { get; set; }

    private ImageView? Parent => All.FirstOrDefault(i => i.Id == _seen?.BaseImageId);

    private ImageView? Twin => _seen?.Image.OsHashValue is { } bytes ? All.FirstOrDefault(i => i.Id != _seen.Id && i.Image.OsHashValue == bytes) : null;

    private string? WhyNotApprove => _seen switch
    {
        null => "",
        { StatusWords: { } status } => $"Can't be approved. {status}.",
        _ when _overtaken => "Can't be decided: it changed since you opened it.",
        _ when _evidenceProblem is not null => $"Can't be approved: nobody knows what is in it. {_evidenceProblem.Why}",
        _ when _evidence is null => "Can be approved once the driver host has read the archive.",
        _ when _evidence.Problems.Count > 0 => "Can't be approved: the archive can't boot.",
        _ when !string.Equals(_evidence.Sha512, _seen.Image.OsHashValue, StringComparison.OrdinalIgnoreCase) => "Can't be approved: the host read other bytes than Glance lists.",
        _ => null,
    };

    private Verdict.Word? BytesVerdict => _evidence is null ? null
        : string.Equals(_evidence.Sha512, _seen!.Image.OsHashValue, StringComparison.OrdinalIgnoreCase) ? new(true, "hashed by the host") : new(false, "the host read others");

    private Verdict.Word? ConfigVerdict => _evidence?.ConfigDigest is not { } config ? null
        : _seen!.Approval.Config is not { } decided ? new(true, "hashed by the host")
        : decided == config ? new(true, "as decided") : new(false, "not the decided one");

    private Verdict.Word? LayersVerdict => _evidence is null ? null : _evidence.Problems.Count == 0 ? new(true, "all hash to their ids") : new(false, "refused");

    private Verdict.Word? NameVerdict => _evidence is null ? null
        : _evidence.Tags.Count == 0 ? new(true, "no tag inside") : _evidence.Tags.Any(t => Findings.IsName(t, _seen!.Name)) ? new(true, "tag agrees") : new(false, "tag differs");

    public void Dispose()
    {
        _reading.Cancel();
        _reading.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_seen?.Id != Image.Id)
        {
            await OpenAsync();
            return;
        }

        // A fresh copy of the same image: only what a decision would be about counts as a change.
        _overtaken = Image.Image.OsHashValue != _seen.Image.OsHashValue || Image.Approval.Standing != _seen.Approval.Standing || Image.Approval.At != _seen.Approval.At || Image.StatusWords != _seen.StatusWords;
        if (_overtaken && _decided)
        {
            // What the reviewer decided here is no news to them.
            await OpenAsync();
        }
    }

    private async Task ReopenAsync()
    {
        _refused = null;
        await OpenAsync();
    }

    /// <summary>Takes the image as it is now, and reads what belongs to it.</summary>
    private async Task OpenAsync()
    {
        await _reading.CancelAsync();
        _reading.Dispose();
        _reading = new();
        _decided = false;
        (_seen, _overtaken, _evidence, _evidenceProblem, _refused, _rows) = (Image, false, null, null, null, []);
        (_kins, _kin, _kinEvidence, _diff, _kinProblem) = (ApprovedKin.Of(Image, All), null, null, null, null);
        _kin = _kins.Count > 0 ? _kins[0] : null;
        var cancellationToken = _reading.Token;
        try
        {
            _rows = await History.OfImageAsync(Image.Id, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        if (_seen.StatusWords is null)
        {
            await ReadAsync();
        }
    }

    private async Task ReadAsync()
    {
        _evidenceProblem = null;
        var (image, cancellationToken) = (_seen!, _reading.Token);
        try
        {
            _evidence = await EvidenceAsync(image, cancellationToken);
            await OnRead.InvokeAsync();
        }
        catch (DriverHostException failed)
        {
            _evidenceProblem = Problem.Of("The archive could not be read.", failed);
            return;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        await CompareAsync();
    }

    private async Task CompareAsync()
    {
        (_diff, _kinProblem) = (null, null);
        if (_kin is not { } kin || _evidence is null)
        {
            return;
        }

        var cancellationToken = _reading.Token;
        try
        {
            _kinEvidence = await EvidenceAsync(kin.Image, cancellationToken);
            if (_kin == kin)
            {
                _diff = EvidenceDiff.Of(_kinEvidence, _evidence);
            }
        }
        catch (DriverHostException failed)
        {
            _kinProblem = Problem.Of($"{kin.Image.Name} could not be read, so there is nothing to compare with.", failed);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Another image was opened.
        }
    }

    private async Task ChooseKinAsync(ChangeEventArgs chosen)
    {
        _kin = _kins.FirstOrDefault(k => k.Image.Id == (string?)chosen.Value);
        await CompareAsync();
    }

    private async Task<ImageEvidence> EvidenceAsync(ImageView image, CancellationToken cancellationToken)
    {
        var bytes = image.Image.OsHashValue;
        if (bytes is not null && Known.TryGetValue(bytes, out var known) && known.ImageId == image.Id)
        {
            return known;
        }

        var evidence = await Host.InspectAsync(image.Id, cancellationToken);
        if (bytes is not null)
        {
            Known[bytes] = evidence;
        }

        return evidence;
    }

    private async Task ApproveAsync()
    {
        if (WhyNotApprove is null && _seen is { } seen && await ApproveDialog.AskAsync(Dialogs, seen) is { } yes)
        {
            await DecideAsync(seen, "approved", review => Decisions.ApproveAsync(review, yes.Reason, yes.Expires, CancellationToken.None));
        }
    }

    private async Task RejectAsync()
    {
        if (_seen is { } seen && await RejectDialog.AskAsync(Dialogs, seen) is { } reason)
        {
            await DecideAsync(seen, "rejected", review => Decisions.RejectAsync(review, reason, CancellationToken.None));
        }
    }

    private async Task RevokeAsync()
    {
        if (_seen is { } seen && await Dialogs.ConfirmAsync(ImageQuestions.Revoke(Image)) is { } yes)
        {
            await DecideAsync(seen, "revoked", review => Decisions.RevokeAsync(review, yes.Reason, CancellationToken.None));
        }
    }

    /// <summary>A decision that was asked for is made even if the reviewer leaves in this moment.</summary>
    private async Task DecideAsync(ImageView seen, string done, Func<Review, Task> decide)
    {
        (_deciding, _refused) = (true, null);
        try
        {
            await decide(new Review(seen.Image, _evidence));
            _decided = true;
            await OnDecided.InvokeAsync((seen.Id, $"{seen.Name} {done}."));
        }
        catch (DecisionRefusedException refused)
        {
            _refused = new Problem("", refused.Message, "");
        }
        catch (OpenStackException failed)
        {
            _refused = Problem.Of($"Not {done}.", failed);
        }
        finally
        {
            _deciding = false;
        }
    }

    private static string Asked(ImageView image) => image.IsSnapshot ? $"taken by {image.Requester ?? "somebody"} in {image.Owner}, " : $"uploaded by {image.Requester ?? "somebody"} in {image.Owner}, ";

    private static string When(ImageView image) => image.Approval.At is { } at ? $"{image.Approval.Word.ToLowerInvariant()} {ApprovalState.Day(at)}" : image.Approval.Word.ToLowerInvariant();

    private static string Headline(ImageView image) => image.Approval.Standing switch
    {
        ApprovalStanding.Waiting => "You decide whether it may start",
        ApprovalStanding.Managed => "It starts in its own project; approved, it starts wherever it is visible",
        ApprovalStanding.Approved => $"Approved{(image.Approval.By is { } by ? $" by {by}" : "")}{(image.Approval.Expires is { } end ? $", until {ApprovalState.Day(end)}" : "")}",
        _ => $"{image.Approval.Word}{(image.Approval.Why is { } why ? $": {why}" : "")}",
    };
}
