using Dashboard.Components;
using Dashboard.Instances;
using Dashboard.Launch;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Dashboard.Terminal;

/// <summary>The terminals of an instance: the right to them, the form that opens one, a tab each. Draws the frame; screens belong to the module.</summary>
public sealed partial class TerminalTab : IAsyncDisposable
{
    // What a key sends; a letter at a time is the screen's own business.
    private static readonly (string Key, string Word, string Label)[] PhoneKeys =
    [
        ("escape", "Esc", "Esc"), ("tab", "Tab", "Tab"), ("ctrl", "Ctrl", "Ctrl, for the next key"),
        ("left", "←", "Left"), ("up", "↑", "Up"), ("down", "↓", "Down"), ("right", "→", "Right"),
    ];

    private readonly CancellationTokenSource _leaving = new();
    private readonly List<Shell> _shells = [];
    private ElementReference _root;
    private ElementReference _screens;
    private IJSObjectReference? _viewer;
    private DotNetObjectReference<TerminalTab>? _self;
    private Problem? _problem;
    private string? _shown;
    private string? _commandError;
    private string _command = "";
    private string _user = "";
    private string _directory = "";
    private int _numbers;
    private bool _form;
    private bool _opening;
    private bool _loaded;
    private bool _recorded;

    [Inject] private ITerminalDesk Desk { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    /// <summary>The instance.</summary>
    [Parameter, EditorRequired]
    public InstanceView View { get; set; } = null!;

    private string? Project => View.Facts.Server.TenantId;

    private bool Running => View.Standing.Phase is Phase.Running;

    private string NotRunning => View.Standing.Phase is Phase.Paused
        ? "The instance is paused. Unpause it, then open a terminal."
        : "The instance does not run, so nothing can run in it. Start it, then open a terminal.";

    private string Summary => string.Join(" · ", new[] { _command, _user.Length == 0 ? "" : $"as {_user}", _directory.Length == 0 ? "" : $"in {_directory}" }.Where(t => t.Length > 0));

    /// <summary>The module says that a terminal has ended; its screen stays until it is closed.</summary>
    [JSInvokable]
    public void TerminalEnded(string id)
    {
        if (_shells.Find(s => s.Record.Id == id) is { } shell)
        {
            shell.Ended = true;
            StateHasChanged();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _leaving.Dispose();
        try
        {
            if (_viewer is { } viewer)
            {
                _viewer = null;
                await viewer.InvokeVoidAsync("dispose");
                await viewer.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone; its terminals wait a while for the next one.
        }

        _self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || !Desk.MayUse(Project))
        {
            return;
        }

        try
        {
            // Known before the first terminal can be opened.
            _recorded = await Desk.AreRecordedAsync(View.Id, _leaving.Token);
            var choice = await Desk.ReadChoiceAsync(View.ImageId, _leaving.Token);
            (_command, _user, _directory) = (choice.Command, choice.User, choice.WorkingDir);
            foreach (var record in await Desk.ListAsync(View.Id, _leaving.Token))
            {
                _shells.Add(new Shell(record, ++_numbers));
            }

            _loaded = true;
            if (_shells is [.., var newest])
            {
                await ShowAsync(newest.Record.Id);
            }
        }
        catch (DriverHostException failed)
        {
            _problem = Problem.Of("The open terminals could not be listed.", failed);
        }
        catch (Exception left) when (left is OperationCanceledException or JSDisconnectedException && _leaving.IsCancellationRequested)
        {
            return;
        }

        StateHasChanged();
    }

    private async Task OpenAsync()
    {
        if (_opening || !_loaded || !Running)
        {
            return;
        }

        var (words, error) = ShellWords.Read(_command);
        _commandError = error;
        if (error is not null)
        {
            _form = true;
            return;
        }

        (_opening, _problem) = (true, null);
        try
        {
            var request = new TerminalRequest { Command = words.Count == 0 ? null : words, User = Given(_user), WorkingDir = Given(_directory) };
            var record = await Desk.OpenAsync(View.Id, request, _leaving.Token);
            await Desk.KeepChoiceAsync(View.ImageId, new TerminalChoice(_command.Trim(), _user.Trim(), _directory.Trim()), _leaving.Token);
            _shells.Add(new Shell(record, ++_numbers));
            _form = false;
            await ShowAsync(record.Id);
        }
        catch (DriverHostException refused)
        {
            _problem = Problem.Of("No terminal was opened.", refused);
            _form |= refused.Code is "no_shell" or "command_not_found" or "invalid";
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The tab is left: a terminal that opened all the same is closed by the driver host in a minute, or found again.
        }
        finally
        {
            _opening = false;
        }
    }

    private async Task CloseAsync(Shell shell)
    {
        _problem = null;
        try
        {
            await Desk.CloseAsync(View.Id, shell.Record.Id, _leaving.Token);
        }
        catch (DriverHostException refused)
        {
            _problem = Problem.Of("The terminal was not closed.", refused);
            return;
        }

        _shells.Remove(shell);
        var viewer = await ViewerAsync();
        await viewer.InvokeVoidAsync("remove", shell.Record.Id);
        if (_shown == shell.Record.Id)
        {
            _shown = null;
            if (_shells is [.., var next])
            {
                await ShowAsync(next.Record.Id);
            }
        }
    }

    private async Task ShowAsync(string id)
    {
        _shown = id;
        // The place is drawn before the screen comes into it.
        StateHasChanged();
        var viewer = await ViewerAsync();
        await viewer.InvokeVoidAsync("show", id);
    }

    private async Task<IJSObjectReference> ViewerAsync()
    {
        if (_viewer is null)
        {
            await using var module = await Js.ImportAsync("./js/terminal.js", Time);
            _self ??= DotNetObjectReference.Create(this);
            _viewer = await module.InvokeAsync<IJSObjectReference>("mount", _root, _screens, $"terminals/{Uri.EscapeDataString(View.Id)}", View.Name, _self);
        }

        return _viewer;
    }

    private static string? Given(string text) => text.Trim() is { Length: > 0 } given ? given : null;

    private static string Short(TerminalRecord record) => Visible.Of(record.Command[0][(record.Command[0].LastIndexOf('/') + 1)..]);

    private static string Words(TerminalRecord record) =>
        Visible.Of($"{ShellWords.Join(record.Command)}{(record.User is null ? "" : $" as {record.User}")}{(record.WorkingDir is null ? "" : $" in {record.WorkingDir}")}");

    private sealed class Shell(TerminalRecord record, int number)
    {
        public TerminalRecord Record => record;
        public int Number => number;
        public bool Ended { get; set; }
    }
}
