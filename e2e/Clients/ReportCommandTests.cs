using System.Globalization;
using EndToEnd.Product;
using TestKit;

namespace EndToEnd.Clients;

/// <summary>Every command of the 2014 report for nova, glance and docker save, as written there, with the stock clients and the real engine.</summary>
[Collection(ClientsCollection.Name)]
public sealed class ReportCommandTests(ProductFixture fixture)
{
    private const string Forever = "i=0; while true; do i=$((i+1)); echo line $i; sleep 1; done";

    [Fact]
    public async Task Flavor_list_shows_the_four_flavors()
    {
        var output = await NovaAsync("flavor-list");

        Assert.All(["m1.tiny", "m1.small", "m1.medium", "m1.large"], name => Assert.Contains($"| {name} ", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Service_list_shows_the_compute_host_up()
    {
        var row = Assert.Single(Rows(await NovaAsync("service-list")), r => r.Contains("nova-compute", StringComparison.Ordinal));

        Assert.Contains("| enabled | up ", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docker_save_piped_into_glance_makes_an_image_that_boots()
    {
        var name = await ImportAsync();

        var created = await ShellAsync($"docker save {name} | glance image-create --container-format=docker --disk-format=raw --name {name}");
        var booted = await NovaAsync("boot", "--flavor", "m1.tiny", "--image", name, "--nic", "none", "--poll", name);

        Assert.Equal("active", Cell(created, "status"));
        Assert.Equal("docker", Cell(created, "container_format"));
        Assert.Equal("raw", Cell(created, "disk_format"));
        Assert.Contains("Finished", booted, StringComparison.Ordinal);
        Assert.Contains("| ACTIVE |", Assert.Single(Rows(await NovaAsync("list")), r => r.Contains($" {name} ", StringComparison.Ordinal)), StringComparison.Ordinal);
        await NovaAsync("delete", name);
    }

    [Fact]
    public async Task Boot_show_and_delete_an_instance()
    {
        var name = Unique("vm");
        await NovaAsync("boot", "--flavor", "m1.tiny", "--image", "busybox", "--poll", name);

        var shown = await NovaAsync("show", name);
        var running = await Engine.ContainersAsync(fixture.Product.DataPath);
        var deleted = await fixture.OpenStackAsync("dashboard", "server", "delete", "--wait", name);

        Assert.Equal("ACTIVE", Cell(shown, "status"));
        Assert.Contains("busybox", Cell(shown, "image"), StringComparison.Ordinal);
        Assert.Contains(running, container => container.Contains(Cell(shown, "id"), StringComparison.Ordinal));
        Assert.Equal(0, deleted.ExitCode);
        Assert.DoesNotContain(await Engine.ContainersAsync(fixture.Product.DataPath), container => container.Contains(Cell(shown, "id"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nova_delete_accepts_and_the_instance_goes()
    {
        var name = Unique("gone");
        await NovaAsync("boot", "--flavor", "m1.tiny", "--image", "busybox", "--poll", name);

        var deleted = await NovaAsync("delete", name);

        Assert.Contains($"Request to delete server {name} has been accepted.", deleted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_create_takes_a_snapshot_that_boots_and_remembers_what_changed()
    {
        var (name, snapshot, again) = (Unique("origin"), Unique("snapshot"), Unique("copy"));
        await NovaAsync("boot", "--flavor", "m1.tiny", "--image", "busybox", "--poll", name);
        var container = await ContainerAsync(name);
        await Engine.DockerAsync("exec", container, "/bin/busybox", "touch", "/changed");

        await NovaAsync("image-create", "--poll", name, snapshot);
        await NovaAsync("boot", "--flavor", "m1.tiny", "--image", snapshot, "--poll", again);
        var copy = await ContainerAsync(again);

        Assert.Equal("/changed", await Engine.DockerAsync("exec", copy, "/bin/busybox", "ls", "/changed"));
        await NovaAsync("delete", name);
        await NovaAsync("delete", again);
    }

    [Fact]
    public async Task Glance_lists_shows_and_deletes_an_image()
    {
        var name = await ImportAsync();
        var id = Cell(await ShellAsync($"docker save {name} | glance image-create --container-format=docker --disk-format=raw --name {name}"), "id");

        var listed = await GlanceAsync("image-list");
        var shown = await GlanceAsync("image-show", id);
        await GlanceAsync("image-delete", id);
        var after = await GlanceAsync("image-list");

        Assert.Contains(id, listed, StringComparison.Ordinal);
        Assert.Equal(name, Cell(shown, "name"));
        Assert.Equal("approved", Cell(shown, "docker_approval"));
        Assert.DoesNotContain(id, after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_list_and_delete_of_the_openstack_client_replace_those_dropped_from_nova()
    {
        var name = await ImportAsync();
        await ShellAsync($"docker save {name} | glance image-create --container-format=docker --disk-format=raw --name {name}");

        var before = (await fixture.OpenStackAsync("dashboard", "image", "list", "-f", "value", "-c", "Name")).Succeeded();
        (await fixture.OpenStackAsync("dashboard", "image", "delete", name)).Succeeded();
        var after = (await fixture.OpenStackAsync("dashboard", "image", "list", "-f", "value", "-c", "Name")).Succeeded();

        Assert.Contains(name, before, StringComparison.Ordinal);
        Assert.DoesNotContain(name, after, StringComparison.Ordinal);
    }

    private async Task<string> ContainerAsync(string instance)
    {
        var id = Cell(await NovaAsync("show", instance), "id");
        return (await Engine.ContainersAsync(fixture.Product.DataPath)).Single(container => container.Contains(id, StringComparison.Ordinal));
    }

    private Task<string> NovaAsync(params string[] arguments) => ClientAsync("/usr/bin/nova", arguments);

    private Task<string> GlanceAsync(params string[] arguments) => ClientAsync("/usr/bin/glance", arguments);

    private async Task<string> ClientAsync(string program, string[] arguments) =>
        (await Command.RunAsync(program, arguments, fixture.ClientEnvironment)).Succeeded();

    private async Task<string> ShellAsync(string line) =>
        (await Command.RunAsync("bash", ["-o", "pipefail", "-c", line], fixture.ClientEnvironment)).Succeeded();

    /// <summary>An image in the engine's own store, as a user of Docker would have it; returns its name.</summary>
    private static async Task<string> ImportAsync()
    {
        var name = Unique("report");
        (await Command.RunAsync("bash", ["-o", "pipefail", "-c", $"tar -C / -c bin/busybox --dereference | docker import -c 'CMD [\"/bin/busybox\",\"sh\",\"-c\",\"{Forever}\"]' - {name}:latest"], null)).Succeeded();
        return name;
    }

    private static string Unique(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}-{Guid.NewGuid():N}")[..20];

    private static IEnumerable<string> Rows(string table) => table.Split('\n').Where(line => line.StartsWith('|'));

    /// <summary>The value beside a property in a two-column table.</summary>
    private static string Cell(string table, string property) =>
        Rows(table).Select(row => row.Split('|', 4)).Where(cells => cells.Length > 2 && cells[1].Trim() == property).Select(cells => cells[2].Trim()).First();
}
