using System.Text.Json;
using DriverHost.Client;

namespace Cloud.Nova.Servers;

/// <summary>The networks that an instance is on, each with its addresses there.</summary>
internal static class ServerAddresses
{
    // Each project has one network of its own; its name on the engine is nobody's concern.
    public static IEnumerable<IGrouping<string, InstanceAddress>> ByNetwork(InstanceRow instance) =>
        instance.Addresses.GroupBy(a => a.Network == $"os-{instance.ProjectId}" ? "project" : a.Network);

    /// <param name="extended">With the kind of address and the MAC, as in a server's details.</param>
    public static void Write(Utf8JsonWriter json, string name, InstanceRow instance, bool extended)
    {
        json.WriteStartObject(name);
        foreach (var network in ByNetwork(instance))
        {
            WriteNetwork(json, network, extended);
        }

        json.WriteEndObject();
    }

    public static void WriteNetwork(Utf8JsonWriter json, IGrouping<string, InstanceAddress> network, bool extended)
    {
        json.WriteStartArray(network.Key);
        foreach (var address in network)
        {
            json.WriteStartObject();
            json.WriteNumber("version", address.Address.Contains(':', StringComparison.Ordinal) ? 6 : 4);
            json.WriteString("addr", address.Address);
            if (extended)
            {
                json.WriteString("OS-EXT-IPS:type", "fixed");
                json.WriteString("OS-EXT-IPS-MAC:mac_addr", address.Mac);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
