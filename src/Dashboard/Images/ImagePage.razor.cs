using Dashboard.Approvals;
using Dashboard.Components;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using OpenStack.Errors;
using OpenStack.Glance;

namespace Dashboard.Images;

/// <summary>Everything about one image: what it is, what is in it, whether it may start and why, who uses it.</summary>
public sealed partial class ImagePage : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    // Glance's own fields that the record has no place for.
    private static readonly HashSet<string> NotCustom = ["self", "file", "schema", "direct_url", "locations", "os_hidden", "virtual_size", "stores"];

    private readonly CancellationTokenSource _leaving = new();
    private ImageView? _image;
    private string? _parentName;
    private IReadOnlyList<DecisionRow> _decisions = [];
    private Problem? _problem;
    private DateTimeOffset? _asOf;
    private bool _stale;
    private ImageEvidence? _evidence;
    private string? _evidenceOf;
    private Problem? _evidenceProblem;
    private string? _loaded;
    private Repeating? _refreshing;
    private ImageMenu? _menu;
    private ElementReference _more;

    [Inject]
    private IImageList Images { get; set; } = null!;

    [Inject]
    private IImageEvidence Host { get; set; } = null!;

    [Inject]
    private IDecisionHistory History { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Announcements Announcements { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter]
    public string Id { get; set; } = "";

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await (_refreshing?.DisposeAsync() ?? ValueTask.CompletedTask);
        _leaving.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == Id)
        {
            return;
        }

        _loaded = Id;
        (_image, _parentName, _decisions, _problem, _evidence, _evidenceOf, _evidenceProblem) = (null, null, [], null, null, null, null);
        _refreshing ??= Repeating.Every(Period, Time, RefreshAsync, DispatchExceptionAsync);
        await LoadAsync();
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        var id = Id;
        try
        {
            var image = await Images.GetAsync(id, _leaving.Token);
            var decisions = await History.OfImageAsync(id, _leaving.Token);
            if (id != Id)
            {
                return;
            }

            (_image, _decisions, _asOf, _stale, _problem) = (image, decisions, Time.GetUtcNow(), false, null);
            if (image.BaseImageId is { } parent && _parentName is null)
            {
                _parentName = await NameAsync(parent);
            }

            // The content is read once for its bytes: they never change while the hash stays.
            if (image is { Image: { IsDocker: true, OsHashValue: { } bytes }, StatusWords: null } && _evidenceOf != bytes)
            {
                _evidenceOf = bytes;
                StateHasChanged();
                await LoadEvidenceAsync();
            }
        }
        catch (OpenStackException failed)
        {
            _stale = _image is not null;
            _problem = Problem.Of(_stale ? "The image could not be refreshed; it is shown as last seen." : "The image could not be loaded.", failed);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task LoadEvidenceAsync()
    {
        var id = Id;
        _evidenceProblem = null;
        try
        {
            var evidence = await Host.InspectAsync(id, _leaving.Token);
            if (id == Id)
            {
                _evidence = evidence;
            }
        }
        catch (DriverHostException failed)
        {
            _evidenceProblem = Problem.Of("The content could not be read.", failed);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task<string?> NameAsync(string id)
    {
        try
        {
            return (await Images.GetAsync(id, _leaving.Token)).Name;
        }
        catch (OpenStackException)
        {
            // Deleted since, or another project's: the link says "its image", and the page behind it says why not.
            return null;
        }
    }

    private async Task RetryAsync()
    {
        _problem = null;
        await LoadAsync();
    }

    private async Task DoneAsync(string words)
    {
        await Announcements.SayAsync(words);
        await LoadAsync();
    }

    private async Task LeaveAsync(string words)
    {
        await Announcements.SayAsync(words);
        Navigation.NavigateTo("/images");
    }

    private void ShowProblem(Problem problem) => _problem = problem;

    private static string Standing(ImageView image) => string.Join(' ', new[]
    {
        Refused(image) && image.Approval.By is { } by ? $"By {by}:" : null,
        image.Approval.Why,
        Refused(image) && ApprovalRequest.NoteOf(image.Image) is not null ? "It was asked for again since." : null,
    }.OfType<string>());

    private static bool Refused(ImageView image) => image.Approval.Standing is ApprovalStanding.Rejected or ApprovalStanding.Revoked;

    private static IReadOnlyList<(string Name, string Value)> Properties(ImageView image) =>
        [.. image.Image.Properties.Keys.Where(k => !k.StartsWith(Approval.Prefix, StringComparison.Ordinal) && !NotCustom.Contains(k)).Order(StringComparer.Ordinal).Select(k => (Visible.Of(k), Visible.Of(image.Image.Property(k) ?? "")))];
}
