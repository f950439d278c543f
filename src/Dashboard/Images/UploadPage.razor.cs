using Dashboard.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;
using OpenStack.Errors;

namespace Dashboard.Images;

/// <summary>One file becomes one image. The page makes the record and draws the progress; js/upload.js sends the bytes over plain HTTP.</summary>
public sealed partial class UploadPage : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private ElementReference _input;
    private ElementReference _zone;
    private DotNetObjectReference<UploadPage>? _self;
    private IJSObjectReference? _transfer;
    private bool _attaching;
    private (string Name, long Size)? _file;
    private string? _fileWhyNot;
    private string _name = "";
    private string? _nameWhyNot;
    private string _visibility = "private";
    private string _note = "";
    private string? _refused;
    private bool _creating;
    private bool _cancelling;
    private string? _uploading;
    private UploadProgress? _progress;
    private ImageView? _uploaded;

    [Inject]
    private IImageList Images { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    [Inject]
    private Announcements Announcements { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private bool Busy => _creating || _uploading is not null;

    private string Hint => Images.Viewer.IsAdministrator ? "It is approved as it arrives." : "It waits for review after the upload.";

    private string Command => $"docker save NAME:TAG | glance image-create --container-format=docker --disk-format=raw --name {(_name.Trim().Length == 0 ? "NAME:TAG" : Quoted(_name.Trim()))}";

    /// <summary>Called by upload.js. An empty name means that nothing is chosen any more.</summary>
    [JSInvokable]
    public void OnChosen(string name, long size, string? whyNot)
    {
        var untouched = _name.Length == 0 || (_file is { } before && _name == NameOf(before.Name));
        _file = name.Length == 0 ? null : (name, size);
        _fileWhyNot = whyNot is null || name.Length == 0 ? whyNot : $"{name} was not taken. {whyNot}";
        _refused = null;
        _nameWhyNot = null;
        if (untouched)
        {
            _name = NameOf(name);
        }

        StateHasChanged();
    }

    /// <summary>Called by upload.js, four times a second.</summary>
    [JSInvokable]
    public void OnProgress(long sent, double seconds)
    {
        _progress = _progress?.Next(sent, seconds);
        StateHasChanged();
    }

    /// <summary>Called by upload.js once, unless the upload was cancelled.</summary>
    [JSInvokable]
    public async Task OnEnded(bool good, string words)
    {
        if (_uploading is not { } id)
        {
            return;
        }

        _uploading = null;
        _progress = null;
        if (!good)
        {
            await RemoveAsync(id);
            _refused = words;
        }
        else
        {
            await ShowUploadedAsync(id);
        }

        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        try
        {
            if (_transfer is not null)
            {
                await _transfer.InvokeVoidAsync("dispose");
                await _transfer.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its transfer with it.
        }

        if (_uploading is { } id)
        {
            await RemoveAsync(id);
        }

        _self?.Dispose();
        _leaving.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (_transfer is not null || !Images.Viewer.MayChange || _uploaded is not null || _attaching)
            {
                return;
            }

            _attaching = true;
            _self ??= DotNetObjectReference.Create(this);
            await using var module = await Js.ImportAsync("./js/upload.js", Time);
            _transfer = await module.InvokeAsync<IJSObjectReference>("attach", _input, _zone, _self);
        }
        catch (JSDisconnectedException)
        {
            // The page is gone.
        }
    }

    private async Task UploadAsync()
    {
        _fileWhyNot ??= _file is null ? "Choose the file first." : _file.Value.Size == 0 ? "The file is empty." : null;
        _nameWhyNot = string.IsNullOrWhiteSpace(_name) ? "Give it a name." : null;
        _refused = null;
        if (Busy || _fileWhyNot is not null || _nameWhyNot is not null || _file is not { } file || _transfer is null)
        {
            return;
        }

        _creating = true;
        try
        {
            var image = await Images.CreateAsync(new NewImage(_name, _visibility, _note), _leaving.Token);
            _uploading = image.Id;
            _progress = new UploadProgress(0, file.Size);
            await _transfer.InvokeVoidAsync("start", $"images/{image.Id}/file", Antiforgery.GetAntiforgeryToken()?.Value);
        }
        catch (OpenStackException refused)
        {
            _refused = ImageUpload.Words(refused);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone; disposing removes the record.
        }
        finally
        {
            _creating = false;
        }
    }

    private async Task CancelAsync()
    {
        if (_uploading is not { } id || _transfer is null)
        {
            return;
        }

        _cancelling = true;
        _uploading = null;
        await _transfer.InvokeVoidAsync("cancel");
        await RemoveAsync(id);
        _progress = null;
        _cancelling = false;
        await Announcements.SayAsync("Upload cancelled. Nothing of it was kept.");
    }

    private async Task AskBeforeLeavingAsync(LocationChangingContext context)
    {
        if (_uploading is not null
            && await Dialogs.ConfirmAsync(new ConfirmQuestion("Leave and cancel the upload?", [$"The upload of {_name} is not complete. Leaving ends it, and nothing of it is kept."], "Leave")) is null)
        {
            context.PreventNavigation();
        }
    }

    private async Task ShowUploadedAsync(string id)
    {
        try
        {
            _uploaded = await Images.GetAsync(id, _leaving.Token);
            await Announcements.SayAsync($"{_uploaded.Name} is uploaded: {_uploaded.Approval.Word}.");
        }
        catch (OpenStackException failed)
        {
            var problem = Problem.Of("The image is uploaded, but could not be shown.", failed);
            _refused = $"{problem.What} {problem.Why} Look for it in the list.";
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task RemoveAsync(string id)
    {
        try
        {
            await Images.DeleteAsync(id, CancellationToken.None);
        }
        catch (OpenStackException failed)
        {
            _refused = $"The upload ended, but its record is still there: {failed.Message} Delete it from the list.";
        }
    }

    private async Task StartOverAsync()
    {
        _uploaded = null;
        _file = null;
        _name = _note = "";
        if (_transfer is not null)
        {
            // The form is drawn anew: its old listeners end with it.
            await _transfer.InvokeVoidAsync("dispose");
            await _transfer.DisposeAsync();
            _transfer = null;
            _attaching = false;
        }
    }

    private static string Outcome(ImageView image) => image.Approval.Standing switch
    {
        Approvals.ApprovalStanding.Approved => "Approved: it can be launched now.",
        Approvals.ApprovalStanding.Waiting => "Waiting for review. An administrator looks at it before it starts; the image's page and the list show what they decide.",
        _ => $"{image.Approval.Word}. {image.Approval.Why}",
    };

    private static string NameOf(string file)
    {
        foreach (var ending in new[] { ".docker.tar", ".tar" })
        {
            if (file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return file[..^ending.Length];
            }
        }

        return file;
    }

    private static int Percent(UploadProgress progress) => (int)(progress.Share * 100);

    private static string Quoted(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || "._:/-".Contains(c)) ? name : $"'{name.Replace("'", "'\\''")}'";
}
