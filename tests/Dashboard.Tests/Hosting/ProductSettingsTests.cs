using Dashboard.Hosting;

namespace Dashboard.Tests.Hosting;

public sealed class ProductSettingsTests
{
    [Fact]
    public void Read_Nothing_IsTheEmbeddedCloudOnThisMachine()
    {
        var settings = ProductSettings.Read(["--Data:Path", "/tmp/x"]);

        Assert.Equal("http://127.0.0.1:5000/identity/v3", settings["Keystone:AuthUrl"]);
        Assert.Equal("unix:///tmp/x/driver-host.sock", settings["DriverHost:Url"]);
        Assert.Equal(ProductSettings.AllRoles, ProductSettings.Roles(settings));
        Assert.Empty(ProductSettings.Problems(settings));
    }

    [Fact]
    public void Read_RelativeDataPath_IsOfTheCallersFolder()
    {
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "here"), ProductSettings.Read(["--Data:Path", "here"])["Data:Path"]);
    }

    [Theory]
    [InlineData("--Roles:0", "dashbord", "Roles: \"dashbord\" is not a role. The roles are dashboard, cloud, driver-host.")]
    [InlineData("--Dashboard:Url", "8080", "Dashboard:Url: \"8080\" is not an address that starts with http:// or https://.")]
    [InlineData("--Dashboard:Url", "https://0.0.0.0:8443", "Dashboard:Url: https://0.0.0.0:8443/ needs a certificate.")]
    [InlineData("--Dashboard:TrustedProxies:0", "proxy.example", "Dashboard:TrustedProxies: \"proxy.example\" is not an IP address.")]
    [InlineData("--Cloud:Url", "ftp://x", "Cloud:Url: \"ftp://x\" is not an address")]
    [InlineData("--Keystone:AuthUrl", "keystone", "Keystone:AuthUrl: \"keystone\" is not an address")]
    [InlineData("--Docker:Endpoint", "tcp://10.0.0.1:2375", "Docker:Endpoint: \"tcp://10.0.0.1:2375\" is not an address that starts with unix://.")]
    [InlineData("--Cloud:TokenLifetime", "10", "Cloud:TokenLifetime: \"10\" is not a time of one minute to one year. Write it like 08:00:00.")]
    [InlineData("--Cloud:TokenLifetime", "00:00:30", "Cloud:TokenLifetime: \"00:00:30\" is not a time of one minute to one year.")]
    [InlineData("--Cloud:TokenLifetime", "soon", "Cloud:TokenLifetime: \"soon\" is not a time of one minute to one year.")]
    [InlineData("--DriverHost:ListenUrl", "http://0.0.0.0:9520", "DriverHost:ListenUrl: \"http://0.0.0.0:9520\" is not an address that starts with https://.")]
    [InlineData("--Telemetry:Url", "9464", "Telemetry:Url: \"9464\" is not an address that starts with http:// or https://.")]
    public void Problems_OneWrongValue_IsOneSentence(string key, string value, string words)
    {
        var problem = Assert.Single(ProductSettings.Problems(ProductSettings.Read(["--Data:Path", "/tmp/x", key, value])));

        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DashboardAlone_HasNoDriverHostOfItsOwn()
    {
        var settings = ProductSettings.Read(["--Data:Path", "/tmp/x", "--Roles:0", "dashboard", "--Keystone:AuthUrl", "https://keystone.example/v3"]);

        Assert.True(string.IsNullOrEmpty(settings["DriverHost:Url"]));
        Assert.Empty(Dashboard.Hosts.HostDirectory.Here(settings));
        Assert.Empty(ProductSettings.Problems(settings));
    }

    [Fact]
    public void Problems_LongDataPath_NamesTheSocketsLimit()
    {
        var problem = Assert.Single(ProductSettings.Problems(ProductSettings.Read(["--Data:Path", "/tmp/" + new string('d', 120)])));

        Assert.Contains("longer than the 107 characters that a unix socket may have. Choose a shorter Data:Path.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_Many_AreSaidAllAtOnce()
    {
        Assert.Equal(3, ProductSettings.Problems(ProductSettings.Read(["--Data:Path", "/tmp/x", "--Roles:0", "cook", "--Roles:1", "dashboard", "--Dashboard:Url", "x", "--Keystone:AuthUrl", "y"])).Count);
    }

    [Fact]
    public void Problems_RoleNotOpened_AsksNothingOfItsSettings()
    {
        Assert.Empty(ProductSettings.Problems(ProductSettings.Read(["--Data:Path", "/tmp/x", "--Roles:0", "dashboard", "--Docker:Endpoint", "tcp://x", "--Cloud:TokenLifetime", "no", "--Keystone:AuthUrl", "https://keystone.example/v3"])));
    }
}
