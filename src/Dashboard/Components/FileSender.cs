using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Dashboard.Components;

/// <summary>One file on its way from the browser: js/upload.js watches the input and sends the bytes over plain HTTP, this keeps what the page shows of it.</summary>
/// <param name="changed">Draws the page anew.</param>
internal sealed class FileSender(IJSRuntime js, AntiforgeryStateProvider antiforgery, TimeProvider time, Action changed) : IAsyncDisposable
{
    private DotNetObjectReference<FileSender>? _self;
    private IJSObjectReference? _transfer;
    private bool _attaching;

    /// <summary>A file was chosen, or none any more; with the reason why it cannot be sent.</summary>
    public Action<string?>? Chosen { get; init; }

    /// <summary>The transfer ended, well or not, with the words of who took it. Never after <see cref="CancelAsync"/>.</summary>
    public required Func<bool, string, Task> Ended { get; init; }

    public (string Name, long Size)? File { get; private set; }

    /// <summary>Null while nothing is sent.</summary>
    public UploadProgress? Progress { get; private set; }

    /// <summary>It may be started: the script is there.</summary>
    public bool Ready => _transfer is not null;

    /// <summary>Watches a file input and a drop zone. Once; again after <see cref="DetachAsync"/>.</summary>
    /// <param name="anyFile">It need not be an image's archive.</param>
    public async Task AttachAsync(ElementReference input, ElementReference zone, bool anyFile = false)
    {
        if (_attaching)
        {
            return;
        }

        _attaching = true;
        try
        {
            _self ??= DotNetObjectReference.Create(this);
            await using var module = await js.ImportAsync("./js/upload.js", time);
            _transfer = await module.InvokeAsync<IJSObjectReference>("attach", input, zone, _self, anyFile);
        }
        catch (JSDisconnectedException)
        {
            // The page is gone.
        }
    }

    /// <summary>Sends the file that was chosen.</summary>
    /// <param name="address">Where to, relative to the page's base.</param>
    public async Task StartAsync(string address)
    {
        if (_transfer is { } transfer && File is { } file)
        {
            Progress = new UploadProgress(0, file.Size);
            await transfer.InvokeVoidAsync("start", address, antiforgery.GetAntiforgeryToken()?.Value);
        }
    }

    public async Task CancelAsync()
    {
        Progress = null;
        if (_transfer is { } transfer)
        {
            await transfer.InvokeVoidAsync("cancel");
        }
    }

    /// <summary>Forgets the file, so that the same one can be chosen again.</summary>
    public async Task ClearAsync()
    {
        File = null;
        if (_transfer is { } transfer)
        {
            await transfer.InvokeVoidAsync("clear");
        }
    }

    /// <summary>Stops watching, and whatever is on its way.</summary>
    public async Task DetachAsync()
    {
        (File, Progress, _attaching) = (null, null, false);
        if (_transfer is { } transfer)
        {
            _transfer = null;
            try
            {
                await transfer.InvokeVoidAsync("dispose");
                await transfer.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The page is gone, and its transfer with it.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DetachAsync();
        _self?.Dispose();
    }

    /// <summary>Called by upload.js. An empty name means that nothing is chosen any more.</summary>
    [JSInvokable]
    public void OnChosen(string name, long size, string? whyNot)
    {
        File = name.Length == 0 ? null : (name, size);
        Chosen?.Invoke(whyNot);
        changed();
    }

    /// <summary>Called by upload.js, four times a second.</summary>
    [JSInvokable]
    public void OnProgress(long sent, double seconds)
    {
        Progress = Progress?.Next(sent, seconds);
        changed();
    }

    /// <summary>Called by upload.js once, unless the transfer was cancelled.</summary>
    [JSInvokable]
    public async Task OnEnded(bool good, string words)
    {
        if (Progress is not null)
        {
            Progress = null;
            await Ended(good, words);
            changed();
        }
    }
}
