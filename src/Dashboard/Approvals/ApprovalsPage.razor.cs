using Dashboard.Components;
using Dashboard.Images;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using OpenStack.Errors;

namespace Dashboard.Approvals;

/// <summary>For administrators: what waits for a decision, what was decided, and the evidence beside it.</summary>
public sealed partial class ApprovalsPage : IAsyncDisposable
{
    private const int MostGone = 200;
    // What is larger is read when it is opened.
    private const long MostReadAhead = 500_000_000;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);
    private static readonly (string Name, string Label)[] Shelves = [(ApprovalQueue.Waiting, "Waiting"), (ApprovalQueue.Expiring, "Expiring"), (ApprovalQueue.Decided, "Decided")];

    private readonly CancellationTokenSource _leaving = new();
    private readonly Dictionary<string, ImageEvidence> _known = [];
    private readonly HashSet<string> _unreadable = [];
    private IReadOnlyList<ImageView>? _images;
    private IReadOnlyList<DecisionRow> _decisions = [];
    private IReadOnlyList<DecisionRow> _gone = [];
    private Problem? _problem;
    private DateTimeOffset? _asOf;
    private bool _stale;
    private int _round;
    private Repeating? _refreshing;
    private Task _readingAhead = Task.CompletedTask;

    [Inject]
    private IImageList Images { get; set; } = null!;

    [Inject]
    private IImageEvidence Host { get; set; } = null!;

    [Inject]
    private IDecisionHistory History { get; set; } = null!;

    [Inject]
    private IConfiguration Configuration { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Announcements Announcements { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "show")]
    private string? QueryShelf { get; set; }

    [SupplyParameterFromQuery(Name = "image")]
    private string? QueryImage { get; set; }

    private string Shelf => QueryShelf is ApprovalQueue.Expiring or ApprovalQueue.Decided ? QueryShelf : ApprovalQueue.Waiting;

    private IReadOnlyList<ImageView> Queue => ApprovalQueue.Of(Shelf, _images ?? [], Time.GetUtcNow());

    /// <summary>What the address names, wherever it stands; else the first of the queue.</summary>
    private ImageView? Chosen => QueryImage is null ? Queue.Count > 0 ? Queue[0] : null : _images?.FirstOrDefault(i => i.Id == QueryImage);

    private IReadOnlyList<DecisionRow>? Gone => QueryImage is not null && _gone.Any(r => r.ImageId == QueryImage) ? [.. _decisions.Where(r => r.ImageId == QueryImage)] : null;

    private IReadOnlyList<Lever> Levers => ApprovalLevers.Of(Configuration);

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await (_refreshing?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _readingAhead;
        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _refreshing = Repeating.Every(Period, Time, RefreshAsync, DispatchExceptionAsync);
        await LoadAsync();
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        var round = ++_round;
        try
        {
            var images = await Images.ListAsync(all: false, _leaving.Token);
            var decisions = await History.NewestAsync(MostGone, _leaving.Token);
            if (round != _round)
            {
                return;
            }

            (_images, _decisions, _asOf, _stale, _problem) = (images, decisions, Time.GetUtcNow(), false, null);
            var there = images.Select(i => i.Id).ToHashSet();
            _gone = [.. decisions.Where(d => !there.Contains(d.ImageId)).DistinctBy(d => d.ImageId)];
            if (_readingAhead.IsCompleted)
            {
                _readingAhead = ReadAheadAsync();
            }
        }
        catch (OpenStackException failed)
        {
            _stale = _images is not null;
            _problem = Problem.Of(_stale ? "The queue could not be refreshed; it is shown as last seen." : "The queue could not be loaded.", failed);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    /// <summary>Reads what waits, one archive after the other, so that the queue can say what stands out. The open one is read by its review.</summary>
    private async Task ReadAheadAsync()
    {
        foreach (var image in ApprovalQueue.Of(ApprovalQueue.Waiting, _images!, Time.GetUtcNow()))
        {
            if (image.Image is not { OsHashValue: { } bytes, Size: <= MostReadAhead } || image.Id == Chosen?.Id || _known.ContainsKey(bytes) || _unreadable.Contains(bytes))
            {
                continue;
            }

            try
            {
                _known[bytes] = await Host.InspectAsync(image.Id, _leaving.Token);
            }
            catch (DriverHostException)
            {
                // The queue says so; opening the image says why.
                _unreadable.Add(bytes);
            }
            catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
            {
                return;
            }

            StateHasChanged();
        }
    }

    private async Task RetryAsync()
    {
        _problem = null;
        await LoadAsync();
    }

    private async Task DecidedAsync((string Id, string Words) decided)
    {
        await Announcements.SayAsync(decided.Words);
        // The image leaves the shelf, but stays before the reviewer's eyes with what was decided.
        Navigation.NavigateTo(Address(Shelf, decided.Id), replace: true);
        await LoadAsync();
    }

    private int Count(string shelf) => ApprovalQueue.Of(shelf, _images!, Time.GetUtcNow()).Count + (shelf == ApprovalQueue.Decided ? _gone.Count : 0);

    private static string Address(string shelf, string? image) => (shelf == ApprovalQueue.Waiting, image) switch
    {
        (true, null) => "/approvals",
        (true, _) => $"/approvals?image={Uri.EscapeDataString(image)}",
        (_, null) => $"/approvals?show={shelf}",
        _ => $"/approvals?show={shelf}&image={Uri.EscapeDataString(image)}",
    };

    private DateTimeOffset Since(ImageView image) => Shelf == ApprovalQueue.Waiting ? image.Image.CreatedAt : image.Approval.At ?? image.Image.CreatedAt;

    private IEnumerable<(string? Css, string Words)> Tags(ImageView image)
    {
        var approval = image.Approval;
        switch (approval.Standing)
        {
            case ApprovalStanding.Waiting:
                break;
            case ApprovalStanding.Approved:
                yield return approval.Expires is { } end ? (end <= Time.GetUtcNow() + ApprovalQueue.Notice ? "w" : "g", $"approved until {ApprovalState.Day(end)}") : ("g", "approved");
                break;
            case ApprovalStanding.Managed:
                yield return ("g", "managed snapshot");
                break;
            case ApprovalStanding.Expired:
                yield return ("w", "expired");
                break;
            default:
                yield return ("e", approval.Word.ToLowerInvariant());
                break;
        }

        if (approval.Standing is ApprovalStanding.Rejected or ApprovalStanding.Revoked && ApprovalRequest.NoteOf(image.Image) is not null)
        {
            yield return ("w", "asked again");
        }

        if (image.UsedBy.Count > 0)
        {
            yield return (null, $"{image.UsedBy.Count} {(image.UsedBy.Count == 1 ? "instance" : "instances")}");
        }

        if (image.Image.OsHashValue is { } unread && _unreadable.Contains(unread) && !_known.ContainsKey(unread))
        {
            yield return ("w", "could not be read");
        }

        if (image.Image.OsHashValue is { } bytes && _known.TryGetValue(bytes, out var evidence))
        {
            var looks = Findings.Of(image, evidence).Count(f => f.Weight == FindingWeight.Look);
            yield return evidence.Problems.Count > 0 ? ("e", "can't boot") : looks > 0 ? ("w", $"{looks} to look at") : ("g", "nothing stands out");
            if (evidence.Layers.Count > 0)
            {
                yield return (null, $"{evidence.Layers.Count} {(evidence.Layers.Count == 1 ? "layer" : "layers")}");
            }

            var others = evidence.Tags.Count(t => !Findings.IsName(t, image.Name));
            if (others > 0)
            {
                yield return ("w", others == 1 ? "another tag inside" : $"{others} other tags inside");
            }
        }
    }
}
