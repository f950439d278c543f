using Dashboard.Components;
using Dashboard.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using MudBlazor;

namespace Dashboard.Files;

/// <summary>Copies a file or folder out of the instance and a file into it.</summary>
public sealed partial class CopyPanel : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private FileSender _sender = null!;
    private ElementReference _input;
    private ElementReference _zone;
    private string _from = "";
    private string? _notOut;
    private bool _looking;
    private string _to = "/tmp";
    private string _owner = "";
    private string? _notIn;
    private string? _done;

    [Inject] private IInstanceCloud Cloud { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private AntiforgeryStateProvider Antiforgery { get; set; } = null!;
    [Inject] private IDialogService Dialogs { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired] public InstanceView View { get; set; } = default!;

    /// <summary>A file was copied in: what differs is more now.</summary>
    [Parameter, EditorRequired] public EventCallback OnCopiedIn { get; set; }

    private string? WhyNot => !Cloud.Viewer.MayChange ? "Your role may look, not change: ask for the member role to copy files in."
        : View.Facts.Host?.State is InstanceState.Running ? "Pause or stop the instance first: while its processes run, they could lead the file somewhere else."
        : null;

    /// <summary>Nothing of a copy in can be changed now.</summary>
    private bool Still => WhyNot is not null || _sender.Progress is not null;

    private string Whom => _owner.Trim() is { Length: > 0 } owner ? Visible.Of(owner) : "whom the instance's process runs as";

    internal FileSender Sender => _sender;

    /// <summary>Where the browser gets a file or folder.</summary>
    internal static string Address(string instanceId, string path) => $"files/{Uri.EscapeDataString(instanceId)}?path={Uri.EscapeDataString(path)}";

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _sender.DisposeAsync();
        _leaving.Dispose();
    }

    protected override void OnInitialized() => _sender = new FileSender(Js, Antiforgery, Time, StateHasChanged) { Chosen = Choose, Ended = EndAsync };

    protected override Task OnAfterRenderAsync(bool firstRender) => _sender.AttachAsync(_input, _zone, anyFile: true);

    private void Choose(string? whyNot) => (_notIn, _done) = (whyNot, null);

    private async Task EndAsync(bool good, string words)
    {
        if (good)
        {
            _done = $"{_sender.File!.Value.Name} is in {Folder}. {words}".TrimEnd();
            await _sender.ClearAsync();
            await OnCopiedIn.InvokeAsync();
        }
        else
        {
            _notIn = words;
        }
    }

    private string Folder => _to.Trim().TrimEnd('/') is { Length: > 0 } folder ? folder : "/";

    /// <summary>Looked at first: a browser shows a refused download as nothing at all.</summary>
    private async Task OutAsync()
    {
        if (_looking)
        {
            return;
        }

        var path = _from.Trim();
        (_looking, _notOut) = (true, null);
        try
        {
            var stat = await Cloud.GetFileStatAsync(View.Id, path, _leaving.Token);
            _notOut = stat.Type switch
            {
                "link" => $"{stat.Path} is a link to {stat.LinkTarget}. Ask for that path instead.",
                "other" => $"{stat.Path} is a device, a pipe or a socket: it has no bytes to copy.",
                _ => null,
            };
            if (_notOut is null)
            {
                Navigation.NavigateTo(Address(View.Id, path), forceLoad: true);
            }
        }
        catch (DriverHostException refused)
        {
            _notOut = refused.Message;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The tab is closed.
        }
        finally
        {
            _looking = false;
        }
    }

    private async Task InAsync()
    {
        if (!Still && _sender is { File: { } file, Ready: true })
        {
            (_notIn, _done) = (null, null);
            var owner = _owner.Trim();
            await _sender.StartAsync(Address(View.Id, $"{(Folder == "/" ? "" : Folder)}/{file.Name}") + (owner.Length > 0 ? $"&owner={Uri.EscapeDataString(owner)}" : ""));
        }
    }

    private async Task CancelAsync()
    {
        _notIn = "Cancelled. Nothing of it was kept.";
        await _sender.CancelAsync();
    }

    private async Task BrowseOutAsync()
    {
        if (await Dialogs.ChoosePathAsync(View.Id, Near(_from), foldersOnly: false) is { } path)
        {
            (_from, _notOut) = (path, null);
        }
    }

    private async Task BrowseInAsync()
    {
        if (await Dialogs.ChoosePathAsync(View.Id, Near(Folder), foldersOnly: true) is { } path)
        {
            _to = path;
        }
    }

    private static string Near(string typed) => typed.Trim() is ['/', ..] path ? path : "/";
}
