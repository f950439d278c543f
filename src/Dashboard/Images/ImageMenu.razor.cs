using Dashboard.Approvals;
using Dashboard.Components;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using OpenStack.Errors;

namespace Dashboard.Images;

/// <summary>Asks, acts, and tells the page what came of it.</summary>
public sealed partial class ImageMenu : IAsyncDisposable
{
    private const string DeleteLabel = "Delete…";

    private readonly CancellationTokenSource _leaving = new();
    private ElementReference _menu;
    private ElementReference _anchor;
    private ImageView? _image;
    private bool _opening;
    private IJSObjectReference? _module;

    [Inject]
    private IImageList Images { get; set; } = null!;

    [Inject]
    private IApprovalDecisions Decisions { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired]
    public Viewer Viewer { get; set; } = null!;

    /// <summary>False when the page has a button for it.</summary>
    [Parameter]
    public bool LaunchShown { get; set; } = true;

    /// <summary>After something was done, with the words that announce it.</summary>
    [Parameter]
    public EventCallback<string> OnDone { get; set; }

    /// <summary>Instead of <see cref="OnDone"/> when the image is gone; without it a deletion is done like anything else.</summary>
    [Parameter]
    public EventCallback<string> OnDeleted { get; set; }

    [Parameter]
    public EventCallback<Problem> OnProblem { get; set; }

    private IEnumerable<(string Label, string Icon, string? WhyNot, Func<Task> Act)> Items
    {
        get
        {
            if (_image is not { } image)
            {
                yield break;
            }

            if (LaunchShown)
            {
                yield return ("Launch", Icons.Material.Outlined.Add, image.Launch.WhyNot, () => GoAsync($"/launch?image={image.Id}"));
            }

            yield return ("Request approval…", Icons.Material.Outlined.Forum, image.RequestAgain.WhyNot, () => RequestAgainAsync(image));
            if (Viewer.IsAdministrator && image.Image.IsDocker)
            {
                yield return ("Review", Icons.Material.Outlined.FactCheck, image.StatusWords is null ? null : "It has no bytes to review.", () => GoAsync($"/approvals?image={image.Id}"));
                yield return ("Revoke…", Icons.Material.Outlined.GppBad, image.Approval.Bootable ? null : "It does not boot as it is.", () => RevokeAsync(image));
            }

            yield return (DeleteLabel, Icons.Material.Outlined.DeleteOutline, image.Delete.WhyNot, () => DeleteAsync(image));
        }
    }

    /// <summary>Opens it at a button.</summary>
    public void Open(ImageView image, ElementReference anchor)
    {
        (_image, _anchor, _opening) = (image, anchor, true);
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _leaving.Dispose();
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its menu with it.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_opening)
        {
            _opening = false;
            _module ??= await Js.ImportAsync("./js/menu.js", Time);
            await _module.InvokeVoidAsync("open", _menu, _anchor);
        }
    }

    private Task GoAsync(string address)
    {
        Navigation.NavigateTo(address);
        return Task.CompletedTask;
    }

    private async Task DeleteAsync(ImageView image)
    {
        if (await Dialogs.ConfirmAsync(ImageQuestions.Delete(image)) is not null
            && await TryAsync($"{image.Name} was not deleted.", () => Images.DeleteAsync(image.Id, _leaving.Token)))
        {
            await (OnDeleted.HasDelegate ? OnDeleted : OnDone).InvokeAsync($"{image.Name} deleted.");
        }
    }

    private async Task RequestAgainAsync(ImageView image)
    {
        if (await Dialogs.ConfirmAsync(ImageQuestions.RequestAgain(image)) is { } yes
            && await TryAsync($"Approval for {image.Name} was not requested.", () => Images.RequestAgainAsync(image.Id, yes.Reason, _leaving.Token)))
        {
            await OnDone.InvokeAsync($"Approval for {image.Name} requested.");
        }
    }

    private async Task RevokeAsync(ImageView image)
    {
        if (await Dialogs.ConfirmAsync(ImageQuestions.Revoke(image)) is { } yes
            && await TryAsync($"{image.Name} was not revoked.", () => Decisions.RevokeAsync(new Review(image.Image, null), yes.Reason, _leaving.Token)))
        {
            await OnDone.InvokeAsync($"{image.Name} revoked.");
        }
    }

    private async Task<bool> TryAsync(string otherwise, Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (DecisionRefusedException refused)
        {
            await OnProblem.InvokeAsync(new Problem(otherwise, refused.Message, ""));
        }
        catch (Exception failed) when (failed is OpenStackException or DriverHostException)
        {
            await OnProblem.InvokeAsync(Problem.Of(otherwise, failed));
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page is gone; what was asked for may have happened.
        }

        return false;
    }
}
