using Microsoft.AspNetCore.Components;

namespace Dashboard.Instances;

/// <summary>One instance: its state and passport, its log, its facts and its history.</summary>
public sealed partial class InstancePage : IDisposable
{
    /// <param name="OfHost">Its content comes from the driver host.</param>
    private sealed record Part(string Tab, string Word, bool OfHost = false);

    private static readonly Part[] Tabs =
        [new("log", "Log"), new("terminal", "Terminal", true), new("stats", "Stats", true), new("processes", "Processes", true), new("files", "Files", true), new("alerts", "Alerts", true), new("facts", "Facts"), new("history", "History")];
    private readonly CancellationTokenSource _leaving = new();
    private InstanceViews _made = null!;
    private LiveState _state = LiveState.Nothing;
    private InstanceView? _view;
    private IReadOnlyList<ActionResult> _results = [];
    private InstanceMenu? _menu;
    private ElementReference _more;
    private IDisposable? _watching;
    private DateTimeOffset _openedAt;
    private string? _watched;
    private string _tab = "log";
    private int? _entries;
    private bool _gone;

    [Inject] private IInstanceCloud Cloud { get; set; } = null!;
    [Inject] private LiveInstances Live { get; set; } = null!;
    [Inject] private ActionFlow Flow { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    [Parameter] public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")] private string? Tab { get; set; }

    /// <summary>For the tab of alerts. The page asks for it: a component that comes with the address must not, while the framework tells of that address.</summary>
    [SupplyParameterFromQuery(Name = "like")] private string? Like { get; set; }

    private string TabWord => Tabs.First(t => t.Tab == _tab).Word;

    private IEnumerable<Part> Offered => Tabs.Where(t => _view!.HasHost || !t.OfHost);

    private string Shown => Offered.Any(t => t.Tab == _tab) ? _tab : "log";

    /// <summary>Nova was asked for this instance since the page is open.</summary>
    private bool Known => _state.NovaAt > _openedAt;

    private IEnumerable<InstanceAction> Buttons =>
    [
        _view!.Standing.Phase == Phase.Paused ? InstanceAction.Unpause : InstanceAction.Restart,
        _view.Standing.Phase == Phase.Stopped ? InstanceAction.Start : InstanceAction.Stop,
        InstanceAction.Snapshot,
    ];

    public void Dispose()
    {
        _watching?.Dispose();
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override void OnInitialized() => _made = new InstanceViews(Time);

    protected override void OnParametersSet()
    {
        _tab = Tabs.Any(t => t.Tab == Tab) ? Tab! : "log";
        if (_watched == Id)
        {
            return;
        }

        _watched = Id;
        (_view, _gone, _results, _entries) = (null, false, [], null);
        _openedAt = Time.GetUtcNow();
        _watching?.Dispose();
        _watching = Live.Watch(() => _ = InvokeAsync(ShowAsync), Id);
        Look();
    }

    // Nobody awaits it: what goes wrong is the page's own failure.
    private async Task ShowAsync()
    {
        try
        {
            Changed();
        }
        catch (Exception failed)
        {
            await DispatchExceptionAsync(failed);
        }
    }

    private void Changed()
    {
        if (_leaving.IsCancellationRequested)
        {
            return;
        }

        Look();
        StateHasChanged();
        if (_view is not null)
        {
            _menu?.Refresh(new Dictionary<string, InstanceView> { [Id] = _view });
        }
    }

    private void Look()
    {
        // Once for the whole drawing: it may be replaced on another thread at any moment.
        _state = Live.Now;
        if (_state.Begun && _state.Instances.TryGetValue(Id, out var facts))
        {
            _view = _made.Of(facts, _state, Cloud.Viewer);
            _gone = false;
        }
        else if (_state.Loaded)
        {
            _gone = _view is not null && Known;
        }
    }

    private async Task RunAsync(InstanceAction action)
    {
        if (!_view!.Offer(action).Allowed)
        {
            return;
        }

        try
        {
            _results = await Flow.RunAsync([_view], action, _leaving.Token) ?? _results;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page is left; what Nova accepted goes on.
        }
    }
}
