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
    private FileSender _sender = null!;
    private ElementReference _input;
    private ElementReference _zone;
    private string? _nameOfFile;
    private string? _fileWhyNot;
    private string _name = "";
    private string? _nameWhyNot;
    private string _visibility = "private";
    private string _note = "";
    private string? _refused;
    private bool _creating;
    private bool _cancelling;
    private string? _uploading;
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

    private bool Busy => _creating || _cancelling || _uploading is not null;

    internal FileSender Sender => _sender;

    private string Hint => Images.Viewer.IsAdministrator ? "It is approved as it arrives." : "It waits for review after the upload.";

    private string Command => $"docker save NAME:TAG | glance image-create --container-format=docker --disk-format=raw --name {(_name.Trim().Length == 0 ? "NAME:TAG" : Quoted(_name.Trim()))}";

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _sender.DisposeAsync();
        if (_uploading is { } id)
        {
            await RemoveAsync(id);
        }

        _leaving.Dispose();
    }

    protected override void OnInitialized() => _sender = new FileSender(Js, Antiforgery, Time, StateHasChanged) { Chosen = Choose, Ended = EndAsync };

    protected override Task OnAfterRenderAsync(bool firstRender) =>
        Images.Viewer.MayChange && _uploaded is null ? _sender.AttachAsync(_input, _zone) : Task.CompletedTask;

    private void Choose(string? whyNot)
    {
        var name = _sender.File?.Name;
        _fileWhyNot = whyNot is null || name is null ? whyNot : $"{name} was not taken. {whyNot}";
        _refused = null;
        _nameWhyNot = null;
        // A name that the person gave stays.
        if (_name.Length == 0 || _name == _nameOfFile)
        {
            _name = NameOf(name ?? "");
        }

        _nameOfFile = NameOf(name ?? "");
    }

    private async Task EndAsync(bool good, string words)
    {
        if (_uploading is not { } id)
        {
            return;
        }

        _uploading = null;
        if (!good)
        {
            await RemoveAsync(id);
            _refused = words;
        }
        else
        {
            await ShowUploadedAsync(id);
        }
    }

    private async Task UploadAsync()
    {
        _fileWhyNot ??= _sender.File is null ? "Choose the file first." : _sender.File.Value.Size == 0 ? "The file is empty." : null;
        _nameWhyNot = string.IsNullOrWhiteSpace(_name) ? "Give it a name." : null;
        _refused = null;
        if (Busy || _fileWhyNot is not null || _nameWhyNot is not null || _sender.File is null || !_sender.Ready)
        {
            return;
        }

        _creating = true;
        try
        {
            var image = await Images.CreateAsync(new NewImage(_name, _visibility, _note), _leaving.Token);
            _uploading = image.Id;
            await _sender.StartAsync($"images/{image.Id}/file");
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
        if (_uploading is not { } id)
        {
            return;
        }

        _cancelling = true;
        _uploading = null;
        await _sender.CancelAsync();
        await RemoveAsync(id);
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
        _name = _note = "";
        // The form is drawn anew: its old listeners end with it.
        await _sender.DetachAsync();
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

    private static string Quoted(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || "._:/-".Contains(c)) ? name : $"'{name.Replace("'", "'\\''")}'";
}
