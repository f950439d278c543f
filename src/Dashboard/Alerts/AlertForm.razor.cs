using Dashboard.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Alerts;

/// <summary>Makes a rule. Each change tries it on what is kept, a moment after the last one.</summary>
public sealed partial class AlertForm : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private readonly CancellationTokenSource _leaving = new();
    private readonly HashSet<string> _events = ["exit", "oom"];
    private CancellationTokenSource? _trying;
    private ElementReference _first;
    private AlertPreview? _preview;
    private string? _wrong;
    private string? _refused;
    private bool _creating;
    private bool _ofEvents;
    private string _text = "";
    private bool _regex;
    private bool _matchCase;
    private string _level = "";
    private string _stream = "";
    private int _cooldown = new AlertRuleSpec().CooldownSeconds;
    private string _name = "";
    private string _webhook = "";

    [Inject] private IAlertDesk Desk { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired] public InstanceView View { get; set; } = default!;

    /// <summary>What the line contains, at first.</summary>
    [Parameter] public string Text { get; set; } = "";

    /// <summary>What there is to say about that text.</summary>
    [Parameter] public string? Note { get; set; }

    [Parameter, EditorRequired] public EventCallback<AlertRule> OnMade { get; set; }
    [Parameter, EditorRequired] public EventCallback OnClose { get; set; }

    private bool HasMatch => _ofEvents ? _events.Count > 0 : _text.Trim().Length > 0 || _level.Length > 0 || _stream.Length > 0;

    private AlertRuleSpec Spec => _ofEvents
        ? new AlertRuleSpec { Name = _name.Trim(), Events = [.. AlertWords.Events.Select(e => e.Event).Where(_events.Contains)], CooldownSeconds = _cooldown, Webhook = Webhook }
        : new AlertRuleSpec
        {
            Name = _name.Trim(),
            Text = _text,
            Regex = _regex,
            MatchCase = _matchCase,
            Level = _level.Length > 0 ? _level : null,
            Stream = _stream.Length > 0 ? _stream : null,
            CooldownSeconds = _cooldown,
            Webhook = Webhook,
        };

    private string? Webhook => _webhook.Trim() is { Length: > 0 } webhook ? webhook : null;

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override Task OnInitializedAsync()
    {
        _text = Text;
        return TryAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _first.FocusAsync();
        }
    }

    private Task ChooseAsync(bool ofEvents)
    {
        (_ofEvents, _preview) = (ofEvents, null);
        return TryAsync();
    }

    private Task ToggleAsync(string type)
    {
        if (!_events.Remove(type))
        {
            _events.Add(type);
        }

        return TryAsync();
    }

    private Task TryAsync()
    {
        // The one before is over at once: its answer would be to another question.
        _trying?.Cancel();
        (_trying, _wrong) = (null, null);
        if (HasMatch)
        {
            return TryOnceAsync();
        }

        _preview = null;
        return Task.CompletedTask;
    }

    private async Task TryOnceAsync()
    {
        using var trying = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        _trying = trying;
        try
        {
            await Task.Delay(Pause, Time, trying.Token);
            var preview = await Desk.PreviewAsync(View.Id, Spec, trying.Token);
            _preview = _trying == trying ? preview : _preview;
        }
        catch (DriverHostException refused) when (_trying == trying)
        {
            (_preview, _wrong) = (null, refused.Message);
        }
        catch (DriverHostException)
        {
            // Of a try that a newer one has replaced.
        }
        catch (OperationCanceledException) when (trying.IsCancellationRequested)
        {
            // A newer try, or the form is closed.
        }
        finally
        {
            if (_trying == trying)
            {
                _trying = null;
            }
        }
    }

    private async Task CreateAsync()
    {
        if (!HasMatch || _creating)
        {
            return;
        }

        (_creating, _refused) = (true, null);
        try
        {
            var spec = Spec;
            var made = await Desk.CreateAsync(View.Id, spec.Name.Length > 0 ? spec : spec with { Name = AlertWords.NameOf(spec) }, _leaving.Token);
            await OnMade.InvokeAsync(made);
        }
        catch (DriverHostException refused)
        {
            _refused = $"The rule was not made. {refused.Message}";
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The form is closed; what the driver host accepted is made.
        }
        finally
        {
            _creating = false;
        }
    }
}
