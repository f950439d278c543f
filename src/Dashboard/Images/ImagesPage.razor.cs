using Dashboard.Components;
using Microsoft.AspNetCore.Components;
using OpenStack.Errors;

namespace Dashboard.Images;

/// <summary>The images that the viewer may see, as a catalogue of what can be launched.</summary>
public sealed partial class ImagesPage : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _leaving = new();
    private IReadOnlyList<ImageView>? _images;
    private Problem? _problem;
    private DateTimeOffset? _asOf;
    private bool _stale;
    private bool _loadedAll;
    private bool _whole;
    private int _round;
    private string _text = "";
    private string _chip = "";
    private (string? Text, string? Chip)? _seen;
    private Repeating? _refreshing;
    private ImageMenu? _menu;

    [Inject]
    private IImageList Images { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Announcements Announcements { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? QueryText { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? QueryChip { get; set; }

    [SupplyParameterFromQuery(Name = "all")]
    private bool All { get; set; }

    private ImageFilter Filter => new(_text, _chip);

    private List<ImageView> Shown => [.. (_images ?? []).Where(Filter.Shows)];

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await (_refreshing?.DisposeAsync() ?? ValueTask.CompletedTask);
        _leaving.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // The address is the truth after a link, back or reload; while somebody types it waits.
        if (_seen != (QueryText, QueryChip))
        {
            _seen = (QueryText, QueryChip);
            _text = QueryText ?? "";
            _chip = QueryChip ?? "";
        }

        var first = _images is null;
        if (first && Images.Known(All) is { } known)
        {
            (_images, _asOf, _loadedAll, _whole) = (known.Images, known.At, All, true);
        }

        if (!RendererInfo.IsInteractive)
        {
            Images.Expect(All);
        }
        else if (first || _loadedAll != All)
        {
            _refreshing ??= Repeating.Every(Period, Time, RefreshAsync, DispatchExceptionAsync);
            await LoadAsync();
        }
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        var (all, round) = (All, ++_round);
        try
        {
            await foreach (var read in Images.ReadAsync(all, newestFirst: _images is null, _leaving.Token))
            {
                if (round != _round)
                {
                    // A later call is on its way: its answer counts.
                    return;
                }

                // The newest alone answer no filter; and what stands there has its uses already when it is refreshed.
                if (!read.Whole && Filter.IsSet || read.UsesAwaited && _whole && _loadedAll == all)
                {
                    continue;
                }

                (_images, _whole, _loadedAll) = (read.Images, read.Whole, all);
                _asOf = Time.GetUtcNow();
                _stale = false;
                _problem = null;
                StateHasChanged();
            }
        }
        catch (OpenStackException failed)
        {
            _stale = _images is not null;
            _problem = Problem.Of(_stale ? "The images could not be refreshed; they are shown as last seen." : "The images could not be loaded.", failed);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page was left.
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

    private void ShowProblem(Problem problem) => _problem = problem;

    private void Press(string chip)
    {
        _chip = _chip == chip ? "" : chip;
        WriteAddress();
    }

    private void Clear()
    {
        _text = _chip = "";
        WriteAddress();
    }

    private void ToggleAll() => Go(!All, replace: false);

    private void WriteAddress() => Go(All, replace: true);

    private void Go(bool all, bool replace) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["q"] = _text.Length == 0 ? null : _text,
            ["state"] = _chip.Length == 0 ? null : _chip,
            ["all"] = all ? true : null,
        }),
        replace: replace);

    private string Foot(List<ImageView> shown)
    {
        if (!_whole)
        {
            return $"the newest {shown.Count} images, the others follow";
        }

        var size = Units.Bytes(shown.Sum(i => i.Image.Size ?? 0));
        return $"{(shown.Count == _images!.Count ? $"{shown.Count}" : $"{shown.Count} of {_images.Count}")} {(_images.Count == 1 ? "image" : "images")} · {size}{(All ? "" : " · docker images only")}";
    }
}
