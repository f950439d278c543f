using Dashboard.Components;
using Dashboard.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Dashboard.Alerts;

/// <summary>The alert rules of one instance and their notices. A line's menu in the log opens the form with the line's text.</summary>
public sealed partial class AlertsTab : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private Watched<AlertBook> _asked = null!;
    private AlertRule? _made;
    private Problem? _problem;
    private string _text = "";
    private string? _note;
    private string? _liked;
    private bool _open;

    [Inject] private IAlertDesk Desk { get; set; } = null!;
    [Inject] private IInstanceCloud Cloud { get; set; } = null!;
    [Inject] private IDialogService Dialogs { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired] public InstanceView View { get; set; } = default!;

    /// <summary>The cursor of a line of the log: a rule for lines like it.</summary>
    [Parameter] public string? Like { get; set; }

    private bool MayChange => Cloud.Viewer.MayChange;

    public ValueTask DisposeAsync() => _asked.DisposeAsync();

    protected override void OnInitialized()
    {
        _asked = new Watched<AlertBook>(Time, stop => Desk.ReadAsync(View.Id, stop), StateHasChanged, DispatchExceptionAsync);
        _asked.Start(Every);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Like is not { Length: > 0 } cursor || cursor == _liked || !MayChange)
        {
            return;
        }

        _liked = cursor;
        try
        {
            var line = await Desk.FindLineAsync(View.Id, cursor, _asked.Stopped);
            _text = line is null ? "" : AlertWords.LikeThis(line);
            _note = line is null ? "The line is not kept any more. Write what its like contain." : "The line without its time. Shorten it to what the lines that matter have in common.";
        }
        catch (DriverHostException refused)
        {
            _note = $"The line could not be read: {refused.Message}";
        }
        catch (OperationCanceledException) when (_asked.Stopped.IsCancellationRequested)
        {
            // The tab is closed.
            return;
        }

        _open = true;
    }

    private void Open() => (_open, _text, _note, _made, _problem) = (true, "", null, null, null);

    private void Close()
    {
        _open = false;
        if (Like is not null)
        {
            // A reload must not open it again.
            Navigation.NavigateTo($"/instances/{View.Id}?tab=alerts", replace: true);
        }
    }

    private Task MadeAsync(AlertRule rule)
    {
        _made = rule.Secret is null ? null : rule;
        Close();
        return _asked.AskAsync();
    }

    private async Task DeleteAsync(AlertRule rule)
    {
        var name = Visible.Of(rule.Spec.Name);
        var question = new ConfirmQuestion($"Delete the rule {name}?", ["It watches no more, and what was not sent yet is not sent.", "Kept: the notices that it has given."], "Delete");
        if (await Dialogs.ConfirmAsync(question) is null)
        {
            return;
        }

        try
        {
            await Desk.DeleteAsync(View.Id, rule.Id, _asked.Stopped);
            _problem = null;
            _made = _made?.Id == rule.Id ? null : _made;
        }
        catch (DriverHostException refused)
        {
            _problem = Problem.Of($"The rule {name} was not deleted.", refused);
        }
        catch (OperationCanceledException) when (_asked.Stopped.IsCancellationRequested)
        {
            // The tab is closed; what the driver host accepted is done.
            return;
        }

        await _asked.AskAsync();
    }

    private string LineAddress(string cursor) => $"/instances/{View.Id}?tab=log&line={cursor}";

    // Only its scheme and path may be left out: the host says where the notice goes.
    private static string Host(string webhook) => Uri.TryCreate(webhook, UriKind.Absolute, out var url) ? url.Authority : Visible.Of(webhook);

    private static Problem Words(Exception failure) => failure is DriverHostException { StatusCode: System.Net.HttpStatusCode.NotFound }
        ? new Problem("The alert rules could not be loaded.", "No driver host of this cloud has this instance.", "")
        : Problem.Of("The alert rules could not be loaded.", failure);
}
