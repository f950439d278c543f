using Dashboard.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Dashboard.Instances;

/// <summary>The project's instances, live.</summary>
public sealed partial class InstancesPage : IDisposable
{
    private static readonly (StateGroup Group, string Word, StateKind Kind)[] Groups =
        [(StateGroup.Running, "Running", StateKind.Running), (StateGroup.Changing, "Changing", StateKind.Starting), (StateGroup.Look, "Needs a look", StateKind.Failed), (StateGroup.Stopped, "Stopped", StateKind.Exited)];
    private static readonly (string Column, string Word)[] Columns = [("name", "Name"), ("state", "State"), ("image", "Image"), ("flavor", "Flavor"), ("address", "Address"), ("age", "Age")];
    private readonly CancellationTokenSource _leaving = new();
    private readonly HashSet<string> _pickedIds = new(StringComparer.Ordinal);
    private readonly RowOrder _order = new();
    private InstanceFilter _filter = InstanceFilter.All;
    private LiveState _state = LiveState.Nothing;
    private InstanceViews _made = null!;
    private IReadOnlyList<InstanceView> _views = [];
    private List<InstanceView> _rows = [];
    private IReadOnlyList<InstanceView> _picked = [];
    private IReadOnlyList<Attention> _attention = [];
    private IReadOnlyList<ActionResult> _results = [];
    private Troubles _troubles = new();
    private bool _whole;
    private InstanceMenu? _menu;
    private IDisposable? _watching;

    [Inject] private IInstanceCloud Cloud { get; set; } = null!;
    [Inject] private LiveInstances Live { get; set; } = null!;
    [Inject] private ActionFlow Flow { get; set; } = null!;
    [Inject] private Announcements Announcements { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")] private string? Text { get; set; }
    [SupplyParameterFromQuery(Name = "state")] private string? Group { get; set; }
    [SupplyParameterFromQuery(Name = "sort")] private string? Sort { get; set; }

    private string? Subtitle => _state.Loaded ? $"{_views.Count} in {Cloud.Viewer.ProjectName}" : Shown ? $"the newest {_views.Count} in {Cloud.Viewer.ProjectName}, the others follow" : null;

    // The newest alone answer no filter, and are first in the usual order only.
    private bool Shown => _state.Loaded || _state.Begun && _filter is { IsEmpty: true, Sort: null };

    private string Idle => !_state.Loaded ? $"the newest {_rows.Count}" : _rows.Count == _views.Count ? $"{Count(_views.Count)}" : $"{_rows.Count} of {Count(_views.Count)}";

    private string FilterWords => _filter switch
    {
        { Text: "", Group: { } group } => $"“{Groups.First(g => g.Group == group).Word}”",
        { Group: { } group } => $"“{_filter.Text}” and “{Groups.First(g => g.Group == group).Word}”",
        _ => $"“{_filter.Text}”",
    };

    private string AllPicked => _rows.Count > 0 && _rows.All(v => _pickedIds.Contains(v.Id)) ? "true" : _pickedIds.Count > 0 ? "mixed" : "false";

    public void Dispose()
    {
        _watching?.Dispose();
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override void OnInitialized()
    {
        _made = new InstanceViews(Time);
        if (RendererInfo.IsInteractive)
        {
            _watching = Live.Watch(() => _ = InvokeAsync(ShowAsync));
        }
    }

    protected override void OnParametersSet()
    {
        _filter = InstanceFilter.Of(Text, Group, Sort);
        Arrange();
    }

    // Nobody awaits it: what goes wrong is the page's own failure.
    private async Task ShowAsync()
    {
        try
        {
            await ChangedAsync();
        }
        catch (Exception failed)
        {
            await DispatchExceptionAsync(failed);
        }
    }

    private async Task ChangedAsync()
    {
        if (_leaving.IsCancellationRequested)
        {
            return;
        }

        Arrange();
        StateHasChanged();
        _menu?.Refresh(_views.ToDictionary(v => v.Id, StringComparer.Ordinal));
        if (_state.Loaded && _troubles.New(_views) is { } words)
        {
            await Announcements.SayAsync(words);
        }

        if (_order.Waiting > 0 && await AtTopAsync())
        {
            LetIn();
            StateHasChanged();
        }
    }

    private void Arrange()
    {
        // Once for the whole drawing: it may be replaced on another thread at any moment.
        _state = Live.Now;
        _views = _made.Of(_state, Cloud.Viewer);
        if (!Shown)
        {
            return;
        }

        if (_state.Loaded && !_whole)
        {
            _whole = true;
            _order.Reset();
        }

        var ordered = _order.Arrange(_views, _filter);
        _rows = [.. ordered.Where(_filter.Shows)];
        _attention = _state.Loaded ? [.. Troubles.Hosts(_state, _views), .. Troubles.Strip(_views)] : [];
        _pickedIds.IntersectWith(_views.Select(v => v.Id));
        _picked = [.. ordered.Where(v => _pickedIds.Contains(v.Id))];
    }

    private void LetIn()
    {
        _order.LetIn();
        Arrange();
    }

    private void Show(InstanceFilter filter) => Navigation.NavigateTo(filter.Address, replace: true);

    private void LeaveSearch(KeyboardEventArgs key)
    {
        if (key.Key == "Escape" && _filter.Text.Length > 0)
        {
            Show(_filter with { Text = "" });
        }
    }

    private void Pick(InstanceView view)
    {
        if (!_pickedIds.Remove(view.Id))
        {
            _pickedIds.Add(view.Id);
        }

        Arrange();
    }

    private void PickAll()
    {
        if (AllPicked == "true")
        {
            _pickedIds.ExceptWith(_rows.Select(v => v.Id));
        }
        else
        {
            _pickedIds.UnionWith(_rows.Select(v => v.Id));
        }

        Arrange();
    }

    private void Unpick()
    {
        _pickedIds.Clear();
        Arrange();
    }

    private async Task RunAsync(IReadOnlyList<InstanceView> views, InstanceAction action)
    {
        try
        {
            if (await Flow.RunAsync(views, action, _leaving.Token) is { } results)
            {
                _results = results;
                _pickedIds.ExceptWith(results.Where(r => r.Accepted).Select(r => r.Instance.Id));
                Arrange();
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page is left; what Nova accepted goes on.
        }
    }

    private Task RetryAsync(IReadOnlyList<ActionResult> results)
    {
        var action = results[0].Action;
        var again = results.Where(r => !r.Accepted).Select(r => r.Instance.Id).ToHashSet(StringComparer.Ordinal);
        _results = [];
        return RunAsync([.. _views.Where(v => again.Contains(v.Id) && v.Offer(action).Allowed)], action);
    }

    private async Task<bool> AtTopAsync()
    {
        try
        {
            return await Js.InvokeAsync<bool>("dashboardAtTop", _leaving.Token);
        }
        catch (Exception left) when (left is JSDisconnectedException or OperationCanceledException)
        {
            return false;
        }
    }

    private string Pressed(StateGroup? group) => _filter.Group == group ? "true" : "false";

    private static string Count(int count) => count == 1 ? "1 instance" : $"{count} instances";
}
