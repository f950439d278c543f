using System.Net;
using Dashboard.Components;
using Dashboard.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Logs;

/// <summary>The logs of several instances as one. Only the project's own are shown, and those it deleted whose log is kept.</summary>
public sealed partial class LogsPage : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly Dictionary<string, LogSource?> _deleted = new(StringComparer.Ordinal);
    private LiveState _state = LiveState.Nothing;
    private IReadOnlyList<string> _ids = [];
    private IReadOnlyList<LogSource> _sources = [];
    private IDisposable? _watching;
    private Problem? _problem;
    private string _adding = "";
    private int _beyond;
    private bool _looking;

    [Inject] private IInstanceCloud Cloud { get; set; } = null!;
    [Inject] private LiveInstances Live { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "instances")] private string? Given { get; set; }

    private string Shown => string.Join(',', _sources.Select(s => s.Id));

    private string? Subtitle => _sources.Count > 1 ? $"{_sources.Count} instances as one, by the engine's times" : null;

    private List<LogSource> Addable =>
    [
        .. _state.Instances.Values.Where(i => !_ids.Contains(i.Server.Id)).Select(i => new LogSource(i.Server.Id, i.Server.Name))
            .OrderBy(s => s.Name, StringComparer.OrdinalIgnoreCase).ThenBy(s => s.Id, StringComparer.Ordinal),
    ];

    private string? Notice
    {
        get
        {
            var missing = _ids.Count(id => !_state.Instances.ContainsKey(id) && _deleted.TryGetValue(id, out var kept) && kept is null);
            string?[] notices =
            [
                missing == 0 ? null : $"{missing} of the instances in the address {(missing == 1 ? "is" : "are")} not in this project, and nothing is kept of {(missing == 1 ? "it" : "them")}.",
                _beyond == 0 ? null : $"{_beyond} more {(_beyond == 1 ? "is" : "are")} left out: {LogsAddress.Most} logs is the most for one page, because a browser opens few connections to one address.",
            ];
            return notices.Any(n => n is not null) ? string.Join(' ', notices.Where(n => n is not null)) : null;
        }
    }

    public void Dispose()
    {
        _watching?.Dispose();
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override void OnInitialized() => _watching = Live.Watch(() => _ = InvokeAsync(ShowAsync));

    protected override Task OnParametersSetAsync()
    {
        (_ids, _beyond) = LogsAddress.Read(Given);
        _adding = "";
        return LookAsync();
    }

    // Nobody awaits it: what goes wrong is the page's own failure.
    private async Task ShowAsync()
    {
        try
        {
            if (!_leaving.IsCancellationRequested)
            {
                await LookAsync();
                StateHasChanged();
            }
        }
        catch (Exception failed)
        {
            await DispatchExceptionAsync(failed);
        }
    }

    private async Task LookAsync()
    {
        // Once for the whole drawing: it may be replaced on another thread at any moment.
        _state = Live.Now;
        if (!_state.Loaded || _looking)
        {
            return;
        }

        _looking = true;
        try
        {
            _problem = null;
            while (_ids.FirstOrDefault(Unknown) is { } id)
            {
                _deleted[id] = await DeletedAsync(id);
            }
        }
        catch (DriverHostException failed)
        {
            _problem = Problem.Of("What was kept of a deleted instance could not be read.", failed);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _looking = false;
        }

        _sources = [.. _ids.Select(SourceOf).OfType<LogSource>()];
    }

    /// <summary>Neither running here nor asked for yet, nor on the page while it was deleted.</summary>
    private bool Unknown(string id) => !_state.Instances.ContainsKey(id) && !_deleted.ContainsKey(id) && _sources.All(s => s.Id != id);

    private async Task<LogSource?> DeletedAsync(string id)
    {
        try
        {
            return new LogSource(id, (await Cloud.GetRecordAsync(id, _leaving.Token)).Name);
        }
        catch (DriverHostException none) when (none.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private LogSource? SourceOf(string id) =>
        _state.Instances.TryGetValue(id, out var facts) ? new LogSource(id, facts.Server.Name)
        : _deleted.GetValueOrDefault(id) ?? _sources.FirstOrDefault(s => s.Id == id);

    private bool Gone(LogSource source) => !_state.Instances.ContainsKey(source.Id);

    private void Add()
    {
        if (_adding.Length > 0)
        {
            Navigation.NavigateTo(LogsAddress.Of([.. _sources.Select(s => s.Id), _adding]));
        }
    }

    private void Remove(LogSource source) => Navigation.NavigateTo(LogsAddress.Of(_sources.Where(s => s.Id != source.Id).Select(s => s.Id)));
}
