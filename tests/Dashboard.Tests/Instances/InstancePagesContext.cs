using Bunit;
using Dashboard.Alerts;
using Dashboard.Components;
using Dashboard.Instances;
using Dashboard.Tests.Alerts;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Dashboard.Tests.Instances;

/// <summary>The instance pages with a cloud in the test's hand.</summary>
public abstract class InstancePagesContext : BunitContext
{
    private protected InstancePagesContext()
    {
        DefaultWaitTimeout = TimeSpan.FromSeconds(20);
        JSInterop.Mode = JSRuntimeMode.Loose;
        AtTop = JSInterop.Setup<bool>("dashboardAtTop");
        AtTop.SetResult(true);
        Services.AddMudServices();
        Services.AddLogging();
        Services.AddSingleton(TimeProvider.System);
        Services.AddScoped<Announcements>();
        Services.AddInstances();
        Services.AddScoped<LiveInstances>();
        Services.AddSingleton<Dashboard.Logs.ILogPreferences>(new TestLogPreferences());
        Services.AddSingleton<Microsoft.AspNetCore.Components.Forms.AntiforgeryStateProvider>(new TestFormTokens());
        Services.AddSingleton<IInstanceCloud>(Cloud);
        Services.AddSingleton<IAlertDesk>(Alerts);
        Services.AddSingleton<Dashboard.Hosts.IHostsCloud>(Hosts);
    }

    /// <summary>Whether the page is scrolled to its top.</summary>
    private protected JSRuntimeInvocationHandler<bool> AtTop { get; }

    private protected TestInstanceCloud Cloud { get; } = new();

    private protected Hosts.TestHostsCloud Hosts { get; } = new();

    private protected TestAlertDesk Alerts { get; } = new();

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected IRenderedComponent<MudDialogProvider> Dialogs() => Render<MudDialogProvider>();

    /// <summary>What was said to screen readers.</summary>
    private protected IEnumerable<string> Said => JSInterop.Invocations.Where(i => i.Identifier == "dashboardAnnounce").Select(i => (string)i.Arguments[0]!);
}
