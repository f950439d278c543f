using Bunit;
using Dashboard.Approvals;
using Dashboard.Components;
using Dashboard.Images;
using Dashboard.Tests.Approvals;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;

namespace Dashboard.Tests.Images;

/// <summary>The image and approval pages over a Glance, a Nova and a driver host in memory.</summary>
public abstract class ImagePagesContext : BunitContext
{
    protected ImagePagesContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        Services.AddSingleton<IImageCloud>(Cloud);
        Services.AddSingleton<IImageList>(new ImageList(Cloud, Time));
        Services.AddSingleton<IImageEvidence>(Host);
        Services.AddSingleton<IDecisionHistory>(History);
        Services.AddSingleton<IApprovalDecisions>(new ApprovalDecisions(Cloud, History, Time));
        Services.AddScoped<Announcements>();
        Services.AddSingleton<AntiforgeryStateProvider, NoAntiforgery>();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        Dialogs = Render<MudDialogProvider>();
    }

    internal TestImageCloud Cloud { get; } = new();
    internal TestImageEvidence Host { get; } = new();
    internal TestDecisionHistory History { get; } = new();
    internal FakeTimeProvider Time { get; } = new(TestImages.Now);
    protected IRenderedComponent<MudDialogProvider> Dialogs { get; }
    protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    protected void Visit(string address) => Navigation.NavigateTo(address);

    /// <summary>Presses a button of the open dialog by its words.</summary>
    protected void PressInDialog(string words) => Dialogs.WaitForElements("button").Single(b => b.TextContent.Trim() == words).Click();

    private sealed class NoAntiforgery : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => new("form-token", "__RequestVerificationToken");
    }
}
