using System.Net;
using DriverHost.Alerts;
using DriverHost.Tests.StandIns;
using Microsoft.Extensions.DependencyInjection;
using TestKit;

namespace DriverHost.Tests.Alerts;

/// <summary>A driver host that may post to this machine, tries a webhook three times in quick succession, and can be started anew.</summary>
public sealed class AlertScene(DriverHostFixture fixture) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("alerts-");

    internal RunningDriverHost Host { get; private set; } = null!;
    internal WebhookListener Listener { get; private set; } = null!;
    internal ImageStandIn Image { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Listener = await WebhookListener.StartAsync();
        // Its own: what this host loaded is removed at the end, by its tag.
        Image = fixture.Cloud.Glance.Add(TestImages.Running($"true {TestSpecs.NewId()}"));
        await StartAsync();
    }

    /// <summary>As after Ctrl-C: its containers go on.</summary>
    internal Task StopAsync() => Host.DisposeAsync().AsTask();

    internal async Task StartAsync() => Host = await RunningDriverHost.StartAsync(_folder.FullName, fixture.Cloud, builder =>
    {
        var options = (DriverHostOptions)builder.Services.Last(s => s.ServiceType == typeof(DriverHostOptions)).ImplementationInstance!;
        builder.Services.AddSingleton(options with { AlertWebhookAllow = [IPNetwork.Parse("127.0.0.0/8")] });
        builder.Services.AddSingleton(new AlertPatience(TimeSpan.FromSeconds(10), [TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)]));
    });

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Listener.DisposeAsync();
        await RunningDriverHost.RemoveAllAsync(_folder.FullName);
        _folder.Delete(recursive: true);
    }
}
