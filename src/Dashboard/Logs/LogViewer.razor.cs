using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Logs;

/// <summary>Shows an instance's log, live. Draws its frame once; the lines belong to the module.</summary>
public sealed partial class LogViewer : IAsyncDisposable
{
    private ElementReference _root;
    private IJSObjectReference? _viewer;
    private string? _shown;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>The instance: its server id in Nova.</summary>
    [Parameter, EditorRequired]
    public required string InstanceId { get; set; }

    /// <summary>What people call the instance, for screen readers.</summary>
    [Parameter]
    public string? Name { get; set; }

    private string Address => $"logs/{Uri.EscapeDataString(InstanceId)}";

    /// <summary>The module changes what is drawn, so it is drawn once for an instance.</summary>
    protected override bool ShouldRender() => _shown != InstanceId;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_shown == InstanceId)
        {
            return;
        }

        _shown = InstanceId;
        try
        {
            await EndAsync();
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/log-viewer.js");
            _viewer = await module.InvokeAsync<IJSObjectReference>("mount", _root, Address);
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its log with it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its log with it.
        }
    }

    private async Task EndAsync()
    {
        if (_viewer is { } viewer)
        {
            _viewer = null;
            await viewer.InvokeVoidAsync("dispose");
            await viewer.DisposeAsync();
        }
    }
}
