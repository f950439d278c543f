using Dashboard.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Launch;

/// <summary>The launch form: image, flavor and name are enough.</summary>
public sealed partial class LaunchPage : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private LaunchDesk _desk = default!;
    private Watched<LaunchFacts>? _facts;
    private Task _launch = Task.CompletedTask;
    private (string?, string?) _address;

    [Inject] private ILaunchCloud Cloud { get; set; } = default!;
    [Inject] private LaunchDrafts Drafts { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private Announcements Announcements { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;

    /// <summary>The image to launch.</summary>
    [SupplyParameterFromQuery] public string? Image { get; set; }

    /// <summary>"Boot again like this": a server's id.</summary>
    [SupplyParameterFromQuery] public string? Like { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (!Cloud.Viewer.MayChange)
        {
            return;
        }

        if (_facts is null)
        {
            _address = (Image, Like);
            _desk = new LaunchDesk(Cloud, Drafts, Time, StateHasChanged);
            _facts = new Watched<LaunchFacts>(Time, token => _desk.AskAsync(Image, Like, token), Drawn, DispatchExceptionAsync);
            _facts.Start(Period);
        }
        else if (_address != (Image, Like) && !_desk.Busy)
        {
            _address = (Image, Like);
            _desk.Restart();
            await _facts.AskAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_facts?.Value is not null && _desk.Wanted is { } field)
        {
            _desk.Wanted = null;
            try
            {
                await Js.InvokeVoidAsync("dashboardFocus", field.Id());
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone, and its cursor with it.
            }
        }
    }

    private void Drawn()
    {
        _desk.Checking = _facts!.Asking;
        StateHasChanged();
    }

    private Task LaunchAsync() => _launch = RunAsync(_facts!.Stopped);

    private async Task RunAsync(CancellationToken stopped)
    {
        try
        {
            if (await _desk.LaunchAsync(_facts!.AskAsync, stopped) is not { } running)
            {
                return;
            }

            await Announcements.SayAsync(running.Count == 1 ? $"{running[0].Name} is launched." : $"{running.Count} instances are launched.");
            Navigation.NavigateTo(running.Count == 1 ? $"/instances/{running[0].Id}" : "/instances");
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The page is left; what was launched goes on without it.
        }
    }

    private Task DeleteFailedAsync() => _desk.DeleteFailedAsync(_facts!.Stopped);

    public async ValueTask DisposeAsync()
    {
        if (_facts is not null)
        {
            await _facts.DisposeAsync();
        }

        await _launch;
    }
}
