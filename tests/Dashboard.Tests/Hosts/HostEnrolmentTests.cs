using System.Net;
using System.Net.Sockets;
using Dashboard.Hosts;
using Dashboard.Hosts.Enrolment;
using Dashboard.Store;
using DriverHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace Dashboard.Tests.Hosts;

/// <summary>The dashboard's side of an enrolment, with real driver hosts behind their TLS doors. They have no engine and no Keystone, which nothing here needs.</summary>
public sealed class HostEnrolmentTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("enrolment-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly List<IAsyncDisposable> _hosts = [];
    private readonly List<ServiceProvider> _dashboards = [];
    private ServiceProvider _dashboard = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HostEnrolment Enrolment => _dashboard.GetRequiredService<HostEnrolment>();

    private HostDirectory Directory_ => _dashboard.GetRequiredService<HostDirectory>();

    public async ValueTask InitializeAsync() => _dashboard = await DashboardAsync("one");

    [Fact]
    public async Task Add_WithTheCode_IsKnownByNameAndAnswersToThisDashboard()
    {
        var host = await HostAsync("compute-2");

        Assert.Equal("compute-2", await Enrolment.AddAsync(host.Url, host.Code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal), "admin", Cancel));

        var known = Assert.Single(Directory_.All);
        Assert.Equal(("compute-2", host.Url), (known.Name, known.Url));
        Assert.Equal(HttpStatusCode.OK, await LiveAsync(known));
        var row = Assert.Single(await _dashboard.GetRequiredService<EnrolledHosts>().ListAsync(Cancel));
        Assert.Equal(("admin", _time.GetUtcNow().UtcDateTime), (row.AddedBy, row.AddedAt));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "one", "secrets", "hosts-authority.pem")));
    }

    [Fact]
    public async Task Add_Done_HoldsAfterARestartOfTheDashboard()
    {
        var host = await HostAsync("compute-2");
        await Enrolment.AddAsync(host.Url, host.Code, "admin", Cancel);

        var again = await DashboardAsync("one");

        Assert.Equal(HttpStatusCode.OK, await LiveAsync(Assert.Single(again.GetRequiredService<HostDirectory>().All)));
    }

    [Fact]
    public async Task Add_WithAnotherCode_SaysSoAndLeavesNothing()
    {
        var host = await HostAsync("compute-2");

        var refused = await Assert.ThrowsAsync<HostEnrolmentException>(() => Enrolment.AddAsync(host.Url, "00000-00000-00000-00000", "admin", Cancel));

        Assert.StartsWith("The code is not this host's", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory_.All);
        Assert.Empty(await _dashboard.GetRequiredService<EnrolledHosts>().ListAsync(Cancel));
        await Enrolment.AddAsync(host.Url, host.Code, "admin", Cancel);
    }

    [Fact]
    public async Task Add_WhereNobodyIs_SaysWhatToCheck()
    {
        var nobody = new Uri($"https://127.0.0.1:{ProductProcess.FreePort()}");

        var refused = await Assert.ThrowsAsync<HostEnrolmentException>(() => Enrolment.AddAsync(nobody, "00000-00000-00000-00000", "admin", Cancel));

        Assert.StartsWith($"No driver host that waits for a dashboard answers at {nobody.ToString().TrimEnd('/')}.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_WhereSomebodyTakesTheCallAndIsSilent_GivesUpInWords()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();

        var adding = Enrolment.AddAsync(new Uri($"https://{mute.LocalEndpoint}"), "00000-00000-00000-00000", "admin", Cancel);
        using var taken = await mute.AcceptTcpClientAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(31));

        var refused = await Assert.ThrowsAsync<HostEnrolmentException>(() => adding);
        Assert.StartsWith($"What is at https://{mute.LocalEndpoint} takes the call and does not answer.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_BySecondDashboard_IsRefused()
    {
        var host = await HostAsync("compute-2");
        await Enrolment.AddAsync(host.Url, host.Code, "admin", Cancel);
        var other = await DashboardAsync("two");

        var refused = await Assert.ThrowsAsync<HostEnrolmentException>(() => other.GetRequiredService<HostEnrolment>().AddAsync(host.Url, host.Code, "admin", Cancel));

        Assert.EndsWith("One that has a dashboard lets nobody else in.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_ANameThatIsThere_IsRefusedWithWhatToDo()
    {
        var (first, second) = (await HostAsync("compute-2"), await HostAsync("compute-2"));
        await Enrolment.AddAsync(first.Url, first.Code, "admin", Cancel);

        var refused = await Assert.ThrowsAsync<HostEnrolmentException>(() => Enrolment.AddAsync(second.Url, second.Code, "admin", Cancel));

        Assert.Contains("--DriverHost:ComputeHost", refused.Message, StringComparison.Ordinal);
        Assert.Single(Directory_.All);
    }

    [Fact]
    public async Task Remove_Host_IsNotSpokenToAnyMore()
    {
        var host = await HostAsync("compute-2");
        await Enrolment.AddAsync(host.Url, host.Code, "admin", Cancel);

        await Enrolment.RemoveAsync(Directory_.All[0].Id!, Cancel);

        Assert.Empty(Directory_.All);
        Assert.Empty(await _dashboard.GetRequiredService<EnrolledHosts>().ListAsync(Cancel));
    }

    [Fact]
    public async Task Renewal_WithAMonthLeft_GivesANewCertificateThatAloneIsBelieved()
    {
        var host = await HostAsync("compute-2");
        await Enrolment.AddAsync(host.Url, host.Code, "admin", Cancel);
        var hosts = _dashboard.GetRequiredService<EnrolledHosts>();
        var renewal = new HostRenewal(hosts, Enrolment, _time, NullLogger<HostRenewal>.Instance);
        var first = (await hosts.ListAsync(Cancel))[0];
        await renewal.LookAsync(Cancel);
        Assert.Equal(first.Thumbprint, (await hosts.ListAsync(Cancel))[0].Thumbprint);

        _time.Advance(HostAuthority.Lifetime - HostAuthority.Renewal + TimeSpan.FromHours(1));
        await renewal.LookAsync(Cancel);

        var second = (await hosts.ListAsync(Cancel))[0];
        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.True(second.EndsAt > first.EndsAt.AddDays(50), $"{first.EndsAt:u} {second.EndsAt:u}");
        Assert.Null(second.NextThumbprint);
        Assert.Equal(HttpStatusCode.OK, await LiveAsync(Assert.Single((await DashboardAsync("one")).GetRequiredService<HostDirectory>().All)));
        // With the books of before, the host is a stranger.
        await hosts.PutAsync(first, Cancel);
        await Assert.ThrowsAsync<HttpRequestException>(async () => await LiveAsync((await DashboardAsync("one")).GetRequiredService<HostDirectory>().All[0]));
    }

    [Fact]
    public async Task Renewal_BrokenOffBeforeTheBooksSayIt_LosesNoHost()
    {
        var host = await HostAsync("compute-2");
        await Enrolment.AddAsync(host.Url, host.Code, "admin", Cancel);
        var hosts = _dashboard.GetRequiredService<EnrolledHosts>();
        var before = (await hosts.ListAsync(Cancel))[0];
        await Enrolment.RenewAsync((await hosts.ListAsync(Cancel))[0], Cancel);

        // As they were when the certificate was on its way.
        before.NextThumbprint = (await hosts.ListAsync(Cancel))[0].Thumbprint;
        await hosts.PutAsync(before, Cancel);

        Assert.Equal(HttpStatusCode.OK, await LiveAsync((await DashboardAsync("one")).GetRequiredService<HostDirectory>().All[0]));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var dashboard in _dashboards)
        {
            await dashboard.DisposeAsync();
        }

        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static async Task<HttpStatusCode> LiveAsync(KnownHost host)
    {
        using var answer = await host.Http.GetAsync("healthz/live", Cancel);
        return answer.StatusCode;
    }

    private async Task<(Uri Url, string Code)> HostAsync(string name)
    {
        var data = _folder.CreateSubdirectory($"host-{_hosts.Count}").FullName;
        var url = new Uri($"https://127.0.0.1:{ProductProcess.FreePort()}/");
        var app = DriverHostHosting.Build(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Data:Path"] = data,
                ["DriverHost:Url"] = $"unix://{Path.Combine(data, "driver-host.sock")}",
                ["DriverHost:ListenUrl"] = url.ToString(),
                ["DriverHost:ComputeHost"] = name,
                ["Docker:Endpoint"] = $"unix://{Path.Combine(data, "no-engine.sock")}",
                ["Keystone:AuthUrl"] = "http://127.0.0.1:1/v3",
            }).Build(),
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton<TimeProvider>(_time);
            });
        await app.StartAsync(Cancel);
        _hosts.Add(app);
        return (url, (await File.ReadAllTextAsync(Path.Combine(data, "secrets", "enrolment-code"), Cancel)).Trim());
    }

    /// <summary>What a dashboard with that data folder has for its hosts.</summary>
    private async Task<ServiceProvider> DashboardAsync(string name)
    {
        var data = _folder.CreateSubdirectory(name).FullName;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Data:Path"] = data }).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(_time);
        services.AddLogging();
        services.AddDbContextFactory<DashboardDb>(o => o.UseSqlite($"Data Source={DashboardDb.File(data)};Pooling=False"));
        services.AddHosts(configuration);
        var provider = services.BuildServiceProvider();
        _dashboards.Add(provider);
        await using (var db = await provider.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContextAsync(Cancel))
        {
            await db.Database.EnsureCreatedAsync(Cancel);
        }

        await provider.GetRequiredService<HostDirectory>().StartAsync(Cancel);
        return provider;
    }
}
