using Dashboard.Components;
using Dashboard.Instances;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Overview;

/// <summary>The first page: what needs a look, how full the project is, what runs; a new project is shown how to begin.</summary>
public sealed partial class OverviewPage : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);
    private const int MostRecent = 6;

    private Watched<OverviewFacts> _facts = default!;
    private InstanceViews _made = default!;
    private LiveState _state = LiveState.Nothing;
    private IReadOnlyList<InstanceView> _views = [];
    private IReadOnlyList<InstanceView> _recent = [];
    private IReadOnlyList<Attention> _attention = [];
    private IDisposable? _watching;
    private int _counted = -1;

    [Inject] private IOverviewCloud Cloud { get; set; } = default!;
    [Inject] private LiveInstances Live { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    protected override void OnInitialized()
    {
        _made = new InstanceViews(Time);
        _facts = new(Time, Cloud.GetAsync, Arrange, DispatchExceptionAsync);
        _watching = Live.Watch(() => _ = InvokeAsync(ChangedAsync));
        _facts.Start(Period);
        Arrange();
    }

    private async Task ChangedAsync()
    {
        if (_facts.Stopped.IsCancellationRequested)
        {
            return;
        }

        Arrange();
        // Another number of instances is another use of the quota.
        if (_counted >= 0 && _counted != _views.Count && !_facts.Asking)
        {
            _counted = _views.Count;
            await _facts.AskAsync();
        }
    }

    private void Arrange()
    {
        // Once for the whole drawing: it may be replaced on another thread at any moment.
        _state = Live.Now;
        _views = _made.Of(_state, Cloud.Viewer);
        _counted = _counted < 0 && _state.Loaded ? _views.Count : _counted;
        _recent = [.. _views.OrderByDescending(v => v.Created).ThenBy(v => v.Id, StringComparer.Ordinal).Take(MostRecent)];
        _attention = OverviewAttention.Of(_facts.Value, _views, _state.Loaded ? _state.Link : null, Cloud.Viewer, Time.GetUtcNow());
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _watching?.Dispose();
        await _facts.DisposeAsync();
    }
}
