using System.Text.Json;
using EndToEnd.Product;
using TestKit;

namespace EndToEnd.Clients;

/// <summary>What an operator types: flavors, quotas, services, hypervisors, zones, usage, keypairs, with the unmodified openstack and nova clients.</summary>
[Collection(ClientsCollection.Name)]
public sealed class ComputeAdminCommandTests(ProductFixture fixture)
{
    [Fact]
    public async Task A_flavor_is_made_described_opened_to_a_project_and_deleted()
    {
        var name = Unique("flavor");

        var made = await AdminAsync("flavor", "create", "--ram", "256", "--disk", "1", "--vcpus", "1", "--private", "--property", "a=b", "--description", "small", name);
        await SucceedAsync("dashboard", "flavor", "set", "--property", "hw:x=1", "--project", "demo", name);
        await SucceedAsync("dashboard", "flavor", "unset", "--property", "a", name);
        var shown = await AdminAsync("flavor", "show", name);
        var demos = await NamesAsync("dashboard-demo", "flavor", "list");
        await SucceedAsync("dashboard", "flavor", "unset", "--project", "demo", name);
        var closed = await NamesAsync("dashboard-demo", "flavor", "list");
        await SucceedAsync("dashboard", "flavor", "delete", name);
        var left = await NamesAsync("dashboard", "flavor", "list", "--all");

        Assert.Equal((256, "small"), (made.GetProperty("ram").GetInt32(), made.GetProperty("description").GetString()));
        Assert.Equal(["hw:x"], shown.GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Single(shown.GetProperty("access_project_ids").EnumerateArray());
        Assert.Contains(name, demos);
        Assert.DoesNotContain(name, closed);
        Assert.DoesNotContain(name, left);
    }

    [Fact]
    public async Task A_member_sees_flavors_and_makes_none()
    {
        var seen = await NamesAsync("dashboard-demo", "flavor", "list");
        var refused = await fixture.OpenStackAsync("dashboard-demo", "flavor", "create", "--ram", "256", Unique("flavor"));

        Assert.Superset(new HashSet<string> { "m1.tiny", "m1.small", "m1.medium", "m1.large" }, seen.ToHashSet());
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("403", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keypairs_are_made_imported_listed_and_deleted()
    {
        var (made, imported) = (Unique("key"), Unique("key"));
        var folder = Directory.CreateTempSubdirectory("key-");
        var file = Path.Combine(folder.FullName, "id");
        (await Command.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)).Succeeded();

        var privateKey = await SucceedAsync("dashboard-demo", "keypair", "create", made);
        await SucceedAsync("dashboard-demo", "keypair", "create", "--public-key", $"{file}.pub", imported);
        var names = await NamesAsync("dashboard-demo", "keypair", "list");
        var publicKey = await SucceedAsync("dashboard-demo", "keypair", "show", "--public-key", imported);
        var admins = await NamesAsync("dashboard", "keypair", "list");
        await SucceedAsync("dashboard-demo", "keypair", "delete", made, imported);

        Assert.StartsWith("-----BEGIN RSA PRIVATE KEY-----", privateKey, StringComparison.Ordinal);
        Assert.Equal((await File.ReadAllTextAsync($"{file}.pub", TestContext.Current.CancellationToken)).Trim(), publicKey);
        Assert.Superset(new HashSet<string> { made, imported }, names.ToHashSet());
        Assert.DoesNotContain(imported, admins);
        Assert.DoesNotContain(imported, await NamesAsync("dashboard-demo", "keypair", "list"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Quotas_are_set_for_a_project_and_seen_in_its_limits()
    {
        var name = Unique("project");
        await SucceedAsync("dashboard", "project", "create", name);

        await SucceedAsync("dashboard", "quota", "set", "--instances", "7", "--ram", "4096", name);
        var quota = await AdminAsync("quota", "show", name);
        var limits = Rows(await SucceedAsync("dashboard", "limits", "show", "--absolute", "--project", name, "-f", "json"));

        Assert.Equal((7, 4096, 100), (quota.GetProperty("instances").GetInt32(), quota.GetProperty("ram").GetInt32(), quota.GetProperty("cores").GetInt32()));
        Assert.Equal(7, Limit("maxTotalInstances"));
        Assert.Equal(0, Limit("totalInstancesUsed"));

        int Limit(string which) => limits.Single(l => l.GetProperty("Name").GetString() == which).GetProperty("Value").GetInt32();
    }

    [Fact]
    public async Task The_compute_service_is_disabled_with_a_reason_and_enabled_again()
    {
        var host = (await ServicesAsync()).Single(s => Text(s, "Binary") == "nova-compute").GetProperty("Host").GetString()!;
        var instance = Unique("vm");
        await SucceedAsync("dashboard", "compute", "service", "set", "--disable", "--disable-reason", "new disk", host, "nova-compute");

        var disabled = (await ServicesAsync()).Single(s => Text(s, "Binary") == "nova-compute");
        var booted = await fixture.OpenStackAsync("dashboard", "server", "create", "--flavor", "m1.tiny", "--image", "busybox", "--network", "none", "--wait", instance);
        var why = await SucceedAsync("dashboard", "server", "show", instance, "-f", "value", "-c", "fault");
        await SucceedAsync("dashboard", "server", "delete", "--wait", instance);
        await SucceedAsync("dashboard", "compute", "service", "set", "--enable", host, "nova-compute");
        var services = await ServicesAsync();

        Assert.Equal(("disabled", "new disk", "up"), (Text(disabled, "Status"), Text(disabled, "Disabled Reason"), Text(disabled, "State")));
        Assert.Contains("Error creating server", booted.Output, StringComparison.Ordinal);
        Assert.Contains("No valid host was found.", why, StringComparison.Ordinal);
        Assert.Contains("new disk", why, StringComparison.Ordinal);
        Assert.Equal(["nova-compute", "nova-conductor", "nova-scheduler"], services.Select(s => Text(s, "Binary")).Order());
        Assert.All(services, s => Assert.Equal(("enabled", "up"), (Text(s, "Status"), Text(s, "State"))));
    }

    [Fact]
    public async Task The_hypervisor_is_listed_shown_and_counted()
    {
        var listed = Assert.Single(Rows(await SucceedAsync("dashboard", "hypervisor", "list", "--long", "-f", "json")));
        var host = Text(listed, "Hypervisor Hostname")!;

        var shown = await AdminAsync("hypervisor", "show", host);
        var statistics = await AdminAsync("hypervisor", "stats", "show");

        Assert.Equal(("docker", "up", Environment.ProcessorCount), (Text(listed, "Hypervisor Type"), Text(listed, "State"), listed.GetProperty("vCPUs").GetInt32()));
        Assert.Equal(("up", "enabled"), (Text(shown, "state"), Text(shown, "status")));
        Assert.Equal((1, Environment.ProcessorCount), (statistics.GetProperty("count").GetInt32(), statistics.GetProperty("vcpus").GetInt32()));
        Assert.Equal(shown.GetProperty("memory_mb").GetInt32(), statistics.GetProperty("memory_mb").GetInt32());
    }

    [Fact]
    public async Task Zones_aggregates_groups_and_extensions_are_listed()
    {
        var member = Rows(await SucceedAsync("dashboard-demo", "availability", "zone", "list", "--compute", "-f", "json"));
        var admin = Rows(await SucceedAsync("dashboard", "availability", "zone", "list", "--compute", "--long", "-f", "json"));

        Assert.Equal([("nova", "available")], member.Select(z => (Text(z, "Zone Name"), Text(z, "Zone Status"))));
        Assert.Contains(admin, z => Text(z, "Service Name") == "nova-compute" && Text(z, "Service Status")!.StartsWith("enabled :-)", StringComparison.Ordinal));
        Assert.Equal("[]", await SucceedAsync("dashboard", "aggregate", "list", "-f", "json"));
        Assert.Equal("[]", await SucceedAsync("dashboard", "server", "group", "list", "-f", "json"));
        Assert.Equal("[]", await SucceedAsync("dashboard", "extension", "list", "--compute", "-f", "json"));
    }

    [Fact]
    public async Task Usage_counts_what_an_instance_takes_also_when_it_is_gone()
    {
        var instance = Unique("vm");
        await SucceedAsync("dashboard-demo", "server", "create", "--flavor", "m1.tiny", "--image", "busybox", "--network", "none", "--wait", instance);

        var running = await AdminAsync("usage", "show", "--project", "demo");
        await SucceedAsync("dashboard-demo", "server", "delete", "--wait", instance);
        var gone = await AdminAsync("usage", "show", "--project", "demo");
        var all = Rows(await SucceedAsync("dashboard", "usage", "list", "-f", "json"));

        Assert.Equal(("active", "terminated"), (State(running), State(gone)));
        Assert.True(gone.GetProperty("RAM MB-Hours").GetDouble() > 0);
        Assert.Contains(all, p => Text(p, "Project") == Text(gone, "Project"));

        string? State(JsonElement usage) => Text(usage.GetProperty("Servers").EnumerateArray().Single(s => Text(s, "name") == instance), "state");
    }

    [Theory]
    [InlineData("limits", "| Instances ")]
    [InlineData("keypair-list", "| Name | Type | Fingerprint |")]
    [InlineData("availability-zone-list", "| | |- nova-compute   | enabled :-)")]
    [InlineData("hypervisor-list", "| up    | enabled |")]
    [InlineData("hypervisor-stats", "| vcpus ")]
    [InlineData("quota-show", "| instances ")]
    [InlineData("usage", "Usage from")]
    [InlineData("usage-list", "| Tenant ID ")]
    [InlineData("aggregate-list", "| Availability Zone |")]
    [InlineData("server-group-list", "| Id | Name ")]
    [InlineData("version-list", "| v2.1 | CURRENT |")]
    public async Task Nova_understands(string command, string shows)
    {
        var output = (await Command.RunAsync("/usr/bin/nova", [command], fixture.ClientEnvironment)).Succeeded();

        Assert.Contains(shows, output, StringComparison.Ordinal);
    }

    private async Task<string> SucceedAsync(string cloud, params string[] arguments) => (await fixture.OpenStackAsync(cloud, arguments)).Succeeded();

    /// <summary>A command that shows one thing, as JSON.</summary>
    private async Task<JsonElement> AdminAsync(params string[] arguments) => Parse(await SucceedAsync("dashboard", [.. arguments, "-f", "json"]));

    private async Task<IReadOnlyList<string>> NamesAsync(string cloud, params string[] arguments) =>
        (await SucceedAsync(cloud, [.. arguments, "-f", "value", "-c", "Name"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<IReadOnlyList<JsonElement>> ServicesAsync() => Rows(await SucceedAsync("dashboard", "compute", "service", "list", "--long", "-f", "json"));

    private static List<JsonElement> Rows(string json) => [.. Parse(json).EnumerateArray()];

    private static JsonElement Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private static string? Text(JsonElement row, string column) => row.GetProperty(column).ToString();

    private static string Unique(string what) => $"{what}-{Guid.NewGuid():n}"[..20];
}
