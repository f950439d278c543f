using System.Globalization;
using Dashboard.Components;
using Dashboard.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Processes;

/// <summary>The processes of one instance, looked at by hand or again and again while the browser shows the page.</summary>
public sealed partial class ProcessesTab : IAsyncDisposable
{
    private const int MostShown = 300;
    private const int MostIndent = 12;
    private static readonly (int Seconds, string Word)[] Choices = [(0, "By hand"), (2, "Every 2 s"), (5, "Every 5 s"), (10, "Every 10 s")];

    /// <summary>How busy a process is takes two looks: the second follows the first at once.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);

    private readonly HashSet<int> _folded = [];
    private Watched<ProcessList> _asked = null!;
    private ProcessTable? _table;
    private ProcessOrder _order;
    private bool _descending;
    private string _filter = "";
    private int _every = 5;
    private bool _hidden;
    private Task _second = Task.CompletedTask;
    private Repeating? _repeating;
    private DotNetObjectReference<ProcessesTab>? _self;
    private IJSObjectReference? _watch;
    private object? _of;

    [Inject] private IInstanceCloud Cloud { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired] public InstanceView View { get; set; } = default!;

    private string WhyEmpty => _table!.List.State switch
    {
        InstanceState.Exited => "It is stopped. Start it, and its processes stand here.",
        InstanceState.Creating => "It is being made: its first process has not begun yet.",
        InstanceState.Missing => "Its container is not on the host any more.",
        InstanceState.Error => "It never ran, so it has no processes.",
        InstanceState.Unknown => "The engine does not answer, so nobody knows what runs. Try again in a minute.",
        _ => "Its last process ends just now.",
    };

    private string Seconds => _table!.Seconds.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Called by visibility.js.</summary>
    [JSInvokable]
    public async Task OnVisible(bool visible)
    {
        var shown = visible && _hidden;
        _hidden = !visible;
        if (shown && _every > 0)
        {
            await AskAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_repeating is { } repeating)
        {
            await repeating.DisposeAsync();
        }

        await _asked.DisposeAsync();
        await _second;
        try
        {
            if (_watch is { } watch)
            {
                await watch.InvokeVoidAsync("dispose");
                await watch.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its listener with it.
        }

        _self?.Dispose();
    }

    protected override void OnInitialized()
    {
        _asked = new Watched<ProcessList>(Time, stop => Cloud.GetProcessesAsync(View.Id, stop), Changed, DispatchExceptionAsync);
        Repeat();
    }

    /// <summary>Looked at anew when it stops or starts.</summary>
    protected override void OnParametersSet()
    {
        var of = (View.Facts.Host?.State, View.Facts.Host?.StartedAt);
        if (!of.Equals(_of))
        {
            _of = of;
            if (_second.IsCompleted)
            {
                _second = LookTwiceAsync();
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            _self = DotNetObjectReference.Create(this);
            await using var module = await Js.ImportAsync("./js/visibility.js", Time);
            _watch = await module.InvokeAsync<IJSObjectReference>("watch", _self);
        }
        catch (JSDisconnectedException)
        {
            // The page is gone.
        }
    }

    private async Task LookTwiceAsync()
    {
        try
        {
            await AskAsync();
            await Task.Delay(SecondLook, Time, _asked.Stopped);
            await AskAsync();
        }
        catch (OperationCanceledException) when (_asked.Stopped.IsCancellationRequested)
        {
            // The tab is closed.
        }
        catch (Exception unforeseen)
        {
            await DispatchExceptionAsync(unforeseen);
        }
    }

    private async Task AskAsync()
    {
        if (!_asked.Asking)
        {
            await _asked.AskAsync();
        }
    }

    private void Changed()
    {
        if (_asked.Value is { } list && list != _table?.List)
        {
            _table = ProcessTable.Of(list, _table);
            _folded.IntersectWith(list.Processes.Select(p => p.HostPid));
        }

        StateHasChanged();
    }

    private async Task ChooseAsync(ChangeEventArgs chosen)
    {
        _every = int.Parse((string)chosen.Value!, CultureInfo.InvariantCulture);
        if (_repeating is { } before)
        {
            _repeating = null;
            await before.DisposeAsync();
        }

        Repeat();
    }

    private void Repeat()
    {
        if (_every > 0)
        {
            _repeating = Repeating.Every(TimeSpan.FromSeconds(_every), Time, () => InvokeAsync(() => _hidden ? Task.CompletedTask : AskAsync()), DispatchExceptionAsync);
        }
    }

    private void Sort(ProcessOrder order)
    {
        // Who uses the most is asked for first; numbers are counted up.
        _descending = _order == order ? !_descending : order != ProcessOrder.Pid;
        _order = order;
    }

    private void Fold(int hostPid)
    {
        if (!_folded.Remove(hostPid))
        {
            _folded.Add(hostPid);
        }
    }

    private string Count(int matching)
    {
        var total = _table!.List.Total;
        var all = total == 1 ? "1 process" : string.Create(CultureInfo.InvariantCulture, $"{total:#,0} processes");
        return matching > MostShown ? $"The first {MostShown} of {all}. Filter to see others"
            : total > _table.List.Processes.Count ? $"{all}, of which the host tells the first {_table.List.Processes.Count}"
            : all;
    }

    private static Problem Words(Exception failure) => failure is DriverHostException { StatusCode: System.Net.HttpStatusCode.NotFound }
        ? new Problem("The processes could not be loaded.", "No driver host of this cloud has this instance.", "")
        : Problem.Of("The processes could not be loaded.", failure);
}
