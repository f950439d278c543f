using System.Text.Json;
using Cloud.Http;
using Cloud.Nova.Versions;

namespace Cloud.Nova.Servers;

/// <summary>The body of <c>PUT /servers/{id}</c>: what it names changes, the rest stays.</summary>
internal sealed class ServerUpdate
{
    private readonly List<Action<InstanceRow>> _changes = [];

    public static ServerUpdate Read(JsonElement server, Microversion version)
    {
        var update = new ServerUpdate();
        foreach (var member in server.EnumerateObject())
        {
            update._changes.Add(Change(member.Name, server, version));
        }

        return update;
    }

    public void Apply(InstanceRow row) => _changes.ForEach(change => change(row));

    private static Action<InstanceRow> Change(string name, JsonElement server, Microversion version)
    {
        switch (name)
        {
            case "name":
                var text = ServerText.Name(server.Text(name) ?? throw CloudFailure.Invalid("Invalid input for field 'name': it must be a string."));
                return row => row.Name = text;
            case "description" when version.AtLeast(2, 19):
                var description = ServerText.Description(server.Text(name));
                return row => row.Description = description;
            case "accessIPv4":
                var v4 = ServerText.Address(server.Text(name), 4);
                return row => row.AccessIPv4 = v4;
            case "accessIPv6":
                var v6 = ServerText.Address(server.Text(name), 6);
                return row => row.AccessIPv6 = v6;
            case "OS-DCF:diskConfig":
                var config = ServerText.DiskConfig(server.Text(name) ?? "");
                return row => row.DiskConfig = config;
            case "hostname" when version.AtLeast(2, 90):
                var host = ServerText.HostName(server.Text(name)) ?? throw CloudFailure.Invalid("Invalid input for field 'hostname': it must be a string.");
                return row => row.HostName = host;
            default:
                throw CloudFailure.Invalid($"Additional properties are not allowed ('{ServerText.Short(name)}' was unexpected in microversion {version}).");
        }
    }
}
