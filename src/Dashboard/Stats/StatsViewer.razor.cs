using Dashboard.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Stats;

/// <summary>Shows what an instance uses, live and up to a day back. Draws its frame once; the figures belong to the module.</summary>
public sealed partial class StatsViewer : IAsyncDisposable
{
    private static readonly (int Seconds, string Word)[] Ranges = [(300, "5 min, live"), (3600, "1 h"), (21_600, "6 h"), (86_400, "24 h")];
    private static readonly (string Chart, string Word)[] Charts = [("cpu", "CPU"), ("memory", "Memory"), ("network", "Network"), ("disk", "Disk")];
    private ElementReference _root;
    private IJSObjectReference? _viewer;
    private string? _shown;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    /// <summary>The instance: its server id in Nova.</summary>
    [Parameter, EditorRequired]
    public required string InstanceId { get; set; }

    /// <summary>What people call the instance, for screen readers.</summary>
    [Parameter]
    public string? Name { get; set; }

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
            await using var module = await Js.ImportAsync("./js/stats-viewer.js", Time);
            _viewer = await module.InvokeAsync<IJSObjectReference>("mount", _root, $"stats/{Uri.EscapeDataString(InstanceId)}");
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its charts with it.
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
            // The page is gone, and its charts with it.
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
