using System.Globalization;
using Dashboard.Components;
using Dashboard.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Dashboard.Files;

/// <summary>A way through an instance's folders to one path; open it with <see cref="FolderDialogs.ChoosePathAsync"/>.</summary>
public sealed partial class FolderDialog : IAsyncDisposable
{
    private const int MostShown = 500;
    private static readonly string[] Kernels = ["proc", "sys", "dev"];
    private readonly CancellationTokenSource _leaving = new();
    private ElementReference _list;
    private IJSObjectReference? _walker;
    private string _at = "/";
    private FileList? _folder;
    private string? _problem;
    private string _text = "";
    private bool _arrived;

    [Inject] private IInstanceCloud Cloud { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    [CascadingParameter] private IMudDialogInstance Dialog { get; set; } = null!;

    [Parameter, EditorRequired] public string InstanceId { get; set; } = "";

    /// <summary>Where it begins; the root when that is no folder.</summary>
    [Parameter] public string Start { get; set; } = "/";

    /// <summary>Files are shown, to know where one is, and cannot be chosen.</summary>
    [Parameter] public bool FoldersOnly { get; set; }

    private IEnumerable<(string Name, string Path)> Crumbs
    {
        get
        {
            var path = "";
            return [.. _at.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => (part, path += "/" + part))];
        }
    }

    private IReadOnlyList<FileEntry> Found => [.. _folder!.Entries.Where(e => e.Name.Contains(_text.Trim(), StringComparison.OrdinalIgnoreCase))];

    private IEnumerable<FileEntry> Shown => Found.Take(MostShown);

    private string Status
    {
        get
        {
            if (_folder is null)
            {
                return "";
            }

            var found = Found.Count;
            return _folder.Entries.Count == 0 ? "This folder is empty."
                : found == 0 ? "No name matches."
                : found > MostShown ? $"The first {MostShown} of {Number(found)} are shown: filter by name."
                : _folder.More ? $"There are more: the host tells the first {Number(_folder.Entries.Count)}. What is not here can be typed."
                : found == 1 ? "1 entry" : $"{Number(found)} entries";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        try
        {
            if (_walker is { } walker)
            {
                await walker.InvokeVoidAsync("dispose");
                await walker.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its keys with it.
        }

        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await GoAsync(Start);
        if (_folder is null && Start != "/" && _problem is not null)
        {
            await GoAsync("/");
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (firstRender)
            {
                await using var module = await Js.ImportAsync("./js/walk-list.js", Time);
                _walker = await module.InvokeAsync<IJSObjectReference>("attach", _list);
            }

            // Who went into a folder goes on from its first entry.
            if (_arrived && _walker is { } walker)
            {
                _arrived = false;
                await walker.InvokeVoidAsync("focusFirst");
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone.
        }
    }

    private async Task GoAsync(string path)
    {
        (_at, _folder, _problem, _text) = (path, null, null, "");
        try
        {
            var folder = await Cloud.ListFilesAsync(InstanceId, path, _leaving.Token);
            // Somebody who clicked on meanwhile is elsewhere.
            if (_at == path)
            {
                (_at, _folder, _arrived) = (folder.Path, folder, true);
            }
        }
        catch (DriverHostException refused)
        {
            if (_at == path)
            {
                _problem = refused.Message;
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The dialog is closed.
        }
    }

    private async Task OpenAsync(FileEntry entry)
    {
        if (WhyNot(entry) is not null)
        {
            return;
        }

        var path = $"{(_at == "/" ? "" : _at)}/{entry.Name}";
        if (entry.Type == "folder")
        {
            await GoAsync(path);
        }
        else if (entry.Type == "link")
        {
            await FollowAsync(path);
        }
        else
        {
            Choose(path);
        }
    }

    /// <summary>Into the folder that a link leads to, or it is the file there that was meant.</summary>
    private async Task FollowAsync(string path)
    {
        try
        {
            var folder = await Cloud.ListFilesAsync(InstanceId, path, _leaving.Token);
            (_at, _folder, _problem, _text, _arrived) = (folder.Path, folder, null, "", true);
        }
        catch (DriverHostException file) when (file.Code == "not_a_folder" && !FoldersOnly)
        {
            await ChooseTargetAsync(path);
        }
        catch (DriverHostException refused)
        {
            _problem = refused.Message;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The dialog is closed.
        }
    }

    private async Task ChooseTargetAsync(string path)
    {
        try
        {
            Choose((await Cloud.GetFileStatAsync(InstanceId, path, _leaving.Token)).LinkTarget ?? path);
        }
        catch (DriverHostException refused)
        {
            _problem = refused.Message;
        }
    }

    private void Choose(string path) => Dialog.Close(DialogResult.Ok(path));

    private string? WhyNot(FileEntry entry) => entry switch
    {
        { Name: var name } when Visible.Of(name) != name || name.Any(char.IsControl) || name.Contains('\ufffd') => "Its name has characters that cannot be asked for. Rename it inside the instance.",
        { Name: var name } when _at == "/" && Kernels.Contains(name) => "Made up by the kernel: there are no files to copy.",
        { Type: "other" } => "A device, a pipe or a socket: it has no bytes to copy.",
        { Type: "file" } when FoldersOnly => "A file: choose the folder that it is in.",
        _ => null,
    };

    private static string Parent(string path) => path[..path.LastIndexOf('/')] is { Length: > 0 } parent ? parent : "/";

    private static string Kind(FileEntry entry) => entry.Type == "other" ? "device, pipe or socket" : entry.Type;

    private static string Icon(FileEntry entry) => entry.Type switch
    {
        "folder" => Icons.Material.Outlined.Folder,
        "link" => Icons.Material.Outlined.Link,
        _ => Icons.Material.Outlined.InsertDriveFile,
    };

    private static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}

internal static class FolderDialogs
{
    /// <summary>Lets a person choose a path inside an instance.</summary>
    /// <param name="start">Where it begins.</param>
    /// <returns>Null when it was cancelled.</returns>
    public static async Task<string?> ChoosePathAsync(this IDialogService dialogs, string instanceId, string start, bool foldersOnly)
    {
        var options = new DialogOptions { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true };
        var dialog = await dialogs.ShowAsync<FolderDialog>(
            null, new DialogParameters<FolderDialog> { { d => d.InstanceId, instanceId }, { d => d.Start, start }, { d => d.FoldersOnly, foldersOnly } }, options);
        return await dialog.Result is { Canceled: false, Data: string path } ? path : null;
    }
}
