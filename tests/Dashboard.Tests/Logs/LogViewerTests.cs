using System.Text.Json;
using Bunit;
using Dashboard.Logs;
using Dashboard.Tests.Instances;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Dashboard.Tests.Logs;

public sealed class LogViewerTests : BunitContext
{
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
    public void Frame_Any_NamesEveryButton()
    {
        var frame = Render<LogViewer>(p => p.Add(v => v.InstanceId, "id-1").Add(v => v.History, true));

        Assert.All(frame.FindAll("button"), b => Assert.False(string.IsNullOrWhiteSpace(b.GetAttribute("aria-label") ?? b.TextContent), b.OuterHtml));
    }
}
