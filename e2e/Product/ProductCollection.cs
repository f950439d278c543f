using TestKit;

namespace EndToEnd.Product;

/// <summary>One product for the tests of a collection, none of which stops it: every test names its own instances and images.</summary>
public sealed class ProductFixture : IAsyncLifetime
{
    public ProductProcess Product { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Product = await ProductProcess.StartNewAsync();

    // Null when the product did not start: that failure is the one to read.
    public ValueTask DisposeAsync() => Product?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Runs a stock client as one of the two clouds of clouds.yaml.</summary>
    public Task<Command> OpenStackAsync(string cloud, params string[] arguments) =>
        Command.RunAsync("/usr/bin/openstack", ["--os-cloud", cloud, .. arguments], Environment);

    /// <summary>What <c>source openrc</c> gives: for nova and glance.</summary>
    public IReadOnlyDictionary<string, string> ClientEnvironment => new Dictionary<string, string>(File.ReadLines(Path.Combine(Product.DataPath, "openrc"))
        .Where(line => line.StartsWith("export ", StringComparison.Ordinal))
        .Select(line => line["export ".Length..].Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1])))
    { ["PATH"] = "/usr/bin:/bin" };

    /// <summary>A user made through Keystone for one test, with a project of their own unless one is named.</summary>
    public Task<KeystoneUser> NewUserAsync(string? role = "member", string? project = null) => KeystoneUser.CreateAsync(Product.CloudUrl, Product.AdminPassword, role, project);

    /// <summary>That user as a client of Glance and Nova.</summary>
    public async Task<CloudPerson> PersonAsync(KeystoneUser user) => CloudPerson.Of(Product.CloudUrl, await user.TokenAsync(Product.CloudUrl, user.ProjectId));

    public async Task<CloudPerson> AdminAsync() => CloudPerson.Of(Product.CloudUrl, await KeystoneUser.FirstTokenAsync(Product.CloudUrl, "admin", Product.AdminPassword));

    public async Task<CloudPerson> DemoAsync() => CloudPerson.Of(Product.CloudUrl, await KeystoneUser.FirstTokenAsync(Product.CloudUrl, "demo", Product.DemoPassword));

    private Dictionary<string, string> Environment => new() { ["OS_CLIENT_CONFIG_FILE"] = Path.Combine(Product.DataPath, "clouds.yaml"), ["PATH"] = "/usr/bin:/bin" };
}

[CollectionDefinition(Name)]
public sealed class ProductCollection : ICollectionFixture<ProductFixture>, ICollectionFixture<Browser.BrowserFixture>
{
    public const string Name = "product";
}

/// <summary>The stock clients have a product of their own, and so run beside the browser.</summary>
[CollectionDefinition(Name)]
public sealed class ClientsCollection : ICollectionFixture<ProductFixture>
{
    public const string Name = "clients";
}
