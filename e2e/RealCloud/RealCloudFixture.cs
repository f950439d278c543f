using System.Net.Sockets;
using EndToEnd.Browser;
using OpenStack.Keystone;
using OpenStack.Session;
using TestKit;

namespace EndToEnd.RealCloud;

/// <summary>
/// The dashboard alone before a real Keystone, Glance, Placement and Nova that <c>tests/OpenStack/with_cloud.py</c> started, and tells of in the environment. Its
/// driver host is reached over a cable that a test can pull out, while nova-compute still has its own way to it.
/// </summary>
public sealed class RealCloudFixture : IAsyncLifetime
{
    public const string Demo = "demo";
    public const string Admin = "admin";
    private readonly SocketsHttpHandler _handler = new();
    private ProductProcess? _dashboard;

    public Uri Url => _dashboard!.DashboardUrl;
    public Uri AuthUrl { get; } = new(About("AUTH_URL"));
    public string Password { get; } = About("PASSWORD");

    /// <summary>An approved image that everybody may boot; what it says at first is "new".</summary>
    public string Image { get; } = About("IMAGE");

    /// <summary>The outer door of a second host, which is disabled until a test wants it, and which no dashboard knows yet.</summary>
    public Uri SecondHost { get; } = new(About("SECOND_HOST"));

    public string SecondHostCode { get; } = File.ReadAllText(About("SECOND_HOST_CODE")).Trim();

    public CuttingProxy DriverHost { get; } = new(new UnixDomainSocketEndPoint(About("DRIVER_HOST")));

    public async ValueTask InitializeAsync() => _dashboard = await ProductProcess.StartNewAsync(
        "--Roles:0", "dashboard", "--Keystone:AuthUrl", AuthUrl.ToString(), "--DriverHost:Url", DriverHost.Url.ToString(), "--DriverHost:ComputeHost", "localhost");

    public async ValueTask DisposeAsync()
    {
        if (_dashboard is not null)
        {
            await _dashboard.DisposeAsync();
        }

        await DriverHost.DisposeAsync();
        _handler.Dispose();
    }

    /// <summary>Somebody with Nova and Glance at hand: <see cref="Demo"/> or <see cref="Admin"/>, in the project of the same name.</summary>
    internal async Task<RealPerson> PersonAsync(string name) =>
        new(await new KeystoneClient(_handler, AuthUrl).SignInAsync(AuthRequest.Password(name, Password, "Default", name), null, TestContext.Current.CancellationToken));

    /// <summary>A user made through Keystone for one test, in demo's project unless the domain is another.</summary>
    public async Task<KeystoneUser> NewUserAsync(string role, string? domainId = null)
    {
        var demo = await PersonAsync(Demo);
        return await KeystoneUser.CreateAsync(AuthUrl, Password, role, domainId is null ? demo.ProjectId : null, domainId);
    }

    private static string About(string name) => Environment.GetEnvironmentVariable($"REAL_CLOUD_{name}")
        ?? throw new InvalidOperationException("These tests need a real cloud: run ./test.sh --openstack.");
}

[CollectionDefinition(Name)]
public sealed class RealCloudCollection : ICollectionFixture<RealCloudFixture>, ICollectionFixture<BrowserFixture>
{
    public const string Name = "real cloud";
}
