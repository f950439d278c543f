using System.Text.Json;
using Bunit;
using Dashboard.Logs;
using Dashboard.Tests.Instances;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using MudBlazor.Services;

namespace Dashboard.Tests.Logs;

public sealed class LogViewerTests : BunitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly BunitJSModuleInterop _module;

    public LogViewerTests()
    {
        Services.AddMudServices();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<ILogPreferences>(new TestLogPreferences());
        Services.AddSingleton<AntiforgeryStateProvider>(new TestFormTokens());
        _module = JSInterop.SetupModule("./js/log-viewer.js");
        _module.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void Frame_AtFirst_GivesTheModuleTheAddressTheChoicesAndTheToken()
    {
        Render<LogViewer>(p => p.Add(v => v.InstanceId, "id-1").Add(v => v.Name, "web"));

        var options = JsonSerializer.SerializeToElement(_module.VerifyInvoke("mount").Arguments[1]);
        Assert.Equal(("logs/id-1", "web"), (options.GetProperty("Sources")[0].GetProperty("Address").GetString(), options.GetProperty("Sources")[0].GetProperty("Name").GetString()));
        Assert.Equal("""{"time":"utc"}""", options.GetProperty("Preferences").GetRawText());
        Assert.Equal("token", options.GetProperty("Token").GetString());
    }

    [Fact]
    public void Frame_ThePastIsNotThere_OffersNothingOfIt()
    {
        var without = Render<LogViewer>(p => p.Add(v => v.InstanceId, "id-1"));
        var with = Render<LogViewer>(p => p.Add(v => v.InstanceId, "id-1").Add(v => v.History, true));

        Assert.Empty(without.FindAll("[data-log=searchAll], [data-line=link], form"));
        Assert.NotEmpty(with.FindAll("[data-log=searchAll]"));
        Assert.Single(with.FindAll("[data-line=link]"));
        Assert.Single(with.FindAll("form[action='logs/id-1/download']"));
    }

    [Fact]
    public async Task Frame_LeftWhileTheModuleMounts_EndsWhatCameOfIt()
    {
        var js = new SlowMount();
        Services.AddSingleton<IJSRuntime>(js);
        Render<LogViewer>(p => p.Add(v => v.InstanceId, "id-1"));
        await js.Asked.WaitAsync(Patience, TestContext.Current.CancellationToken);

        await DisposeComponentsAsync();
        js.Answer();

        await js.Ended.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Frame_Any_NamesEveryButton()
    {
        var frame = Render<LogViewer>(p => p.Add(v => v.InstanceId, "id-1").Add(v => v.History, true));

        Assert.All(frame.FindAll("button"), b => Assert.False(string.IsNullOrWhiteSpace(b.GetAttribute("aria-label") ?? b.TextContent), b.OuterHtml));
    }

    /// <summary>The browser and its module in one: mounts when the test says so, and tells when what it mounted was ended.</summary>
    private sealed class SlowMount : IJSRuntime, IJSObjectReference
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public Task Ended => _ended.Task;

        public void Answer() => _answer.SetResult();

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
        {
            if (identifier == "mount")
            {
                _asked.SetResult();
                await _answer.Task;
            }
            else if (identifier == "dispose")
            {
                _ended.SetResult();
            }

            return typeof(TValue) == typeof(IJSObjectReference) ? (TValue)(object)this : default!;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
