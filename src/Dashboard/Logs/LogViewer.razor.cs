using Dashboard.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Dashboard.Logs;

/// <summary>An instance whose log is shown.</summary>
/// <param name="Id">Its server id in Nova.</param>
/// <param name="Name">What people call it.</param>
public sealed record LogSource(string Id, string Name)
{
    /// <summary>Where the browser reads it, relative to the page's base.</summary>
    public string Address => $"logs/{Uri.EscapeDataString(Id)}";
}

/// <summary>Shows the log of an instance, or of several as one, live. Draws its frame once; the lines belong to the module.</summary>
public sealed partial class LogViewer : IAsyncDisposable
{
    private const string Keys =
        "Space: Log: pause, or follow again; ↑↓: Log: walk the lines (with Shift: choose them); Enter: Log: fields or trace of the line; "
        + "C: Log: copy the chosen lines (Shift C: with times); P: Log: copy a link to the line; E: Log: next error (Shift E: the one before); "
        + "M: Log: next mark or gap (Shift M: the one before); O: Log: fields of JSON and logfmt in short; Z: Log: fold traces; I: Log: line numbers; "
        + "Shift+R: Log: reader mode for screen readers; Home: Log: to the first line; End: Log: to the newest line";

    private readonly string _key = Guid.NewGuid().ToString("n")[..8];
    private ElementReference _root;
    private IJSObjectReference? _viewer;
    private string? _drawn;
    private string? _shown;
    private bool _left;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    [Inject]
    private ILogPreferences Preferences { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    /// <summary>The instance: its server id in Nova.</summary>
    [Parameter]
    public string? InstanceId { get; set; }

    /// <summary>What people call the instance, for screen readers.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>Several instances in place of the one, as one log in the order of its times.</summary>
    [Parameter]
    public IReadOnlyList<LogSource>? Sources { get; set; }

    /// <summary>Whether the server answers for the past of this log, too: older lines, places by link, search over all that is kept, parts of it as files.</summary>
    [Parameter]
    public bool History { get; set; }

    /// <summary>The page that makes an alert rule of a line, to which the line's cursor is added as <c>like</c>; null where nobody may make one.</summary>
    [Parameter]
    public string? AlertsAt { get; set; }

    private IReadOnlyList<LogSource> Shown => Sources ?? [new LogSource(InstanceId!, Name ?? InstanceId!)];

    private bool Several => Shown.Count > 1;

    private string Title => string.Join(", ", Shown.Select(s => s.Name));

    private string Help => !History ? string.Join(';', Keys.Split(';').Where(k => !k.Contains("link", StringComparison.Ordinal))) : Keys;

    /// <summary>The module changes what is drawn, so it is drawn once for what it shows.</summary>
    protected override bool ShouldRender() => _drawn != Identity();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        _drawn = Identity();
        if (_shown == _drawn)
        {
            return;
        }

        _shown = _drawn;
        try
        {
            await EndAsync();
            var options = new
            {
                Sources = Shown.Select(s => new { s.Address, s.Name }),
                Preferences = await Preferences.ReadAsync(),
                Token = Antiforgery.GetAntiforgeryToken()?.Value,
                Now = Time.GetUtcNow(),
                History,
            };
            await using var module = await Js.ImportAsync("./js/log-viewer.js", Time);
            // Null when the frame was taken away while the module came.
            _viewer = _left ? null : await module.InvokeAsync<IJSObjectReference?>("mount", _root, options);
            if (_left)
            {
                await EndAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its log with it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _left = true;
        try
        {
            await EndAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its log with it.
        }
    }

    private string Identity() => string.Join(',', Shown.Select(s => s.Id));

    private string Id(string part) => $"log-{part}-{_key}";

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
