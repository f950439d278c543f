using System.Text.Json;
using OpenStack.Glance;
using OpenStack.Nova;
using OpenStack.Session;
using TestKit;

namespace EndToEnd.RealCloud;

/// <summary>Sets a scene by the APIs that a test then looks at.</summary>
internal sealed class RealPerson(OpenStackSession session)
{
    public string ProjectId => session.Body.Project!.Id;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Asks Nova for an instance and does not wait for it.</summary>
    /// <param name="zone">Where; an administrator may name a host, as <c>nova:HOST</c>.</param>
    public async Task<string> BootAsync(string name, string imageId, string? command = null, string? zone = null)
    {
        var flavor = (await session.Nova.ListFlavorsAsync(Cancel)).Flavors.Single(f => f.Name == "tiny").Id;
        var metadata = command is null ? null : new Dictionary<string, string> { ["docker:command"] = JsonSerializer.Serialize(new[] { "sh", "-c", command }) };
        var request = new CreateServer { Name = name, ImageRef = imageId, FlavorRef = flavor, Networks = "none", Metadata = metadata, AvailabilityZone = zone };
        return (await session.Nova.CreateServerAsync(new CreateServerRequest(request), Cancel)).Server.Id;
    }

    /// <summary>The same, until it runs.</summary>
    public async Task<string> RunAsync(string name, string imageId, string? command = null, string? zone = null)
    {
        var id = await BootAsync(name, imageId, command, zone);
        Assert.Equal("ACTIVE", await BuiltAsync(id));
        return id;
    }

    /// <summary>The status of a server as soon as it is built, or failed to be.</summary>
    public async Task<string> BuiltAsync(string id)
    {
        var status = "";
        await Patience.UntilAsync(async () => (status = (await session.Nova.GetServerAsync(id, Cancel)).Server.Status) != "BUILD");
        return status;
    }

    public async Task<string?> ZoneAsync(string server) => (await session.Nova.GetServerAsync(server, Cancel)).Server.AvailabilityZone;

    public async Task<IReadOnlyList<string>> ServersAsync() => [.. (await session.Nova.ListServersAsync(null, null, null, Cancel)).Servers.Select(s => s.Name)];

    public Task DeleteAsync(string server) => session.Nova.DeleteServerAsync(server, Cancel);

    public async Task<string> ImageAsync(string name) => (await session.Glance.ListImagesAsync("docker", null, null, Cancel)).Images.Single(i => i.Name == name).Id;

    public async Task<string> UploadAsync(string name, byte[] archive)
    {
        var id = (await session.Glance.CreateImageAsync(new CreateImage { Name = name }, Cancel)).Id;
        using var bytes = new MemoryStream(archive);
        await session.Glance.UploadAsync(id, bytes, Cancel);
        return id;
    }

    public async Task CloseHostAsync(string reason, string host = "localhost") => await session.Nova.UpdateServiceAsync(await ComputeAsync(host), new UpdateService("disabled", reason), Cancel);

    public async Task OpenHostAsync(string host = "localhost") => await session.Nova.UpdateServiceAsync(await ComputeAsync(host), new UpdateService("enabled"), Cancel);

    private async Task<string> ComputeAsync(string host) => (await session.Nova.ListServicesAsync(Cancel)).Services.Single(s => s.Binary == "nova-compute" && s.Host == host).Id;
}
