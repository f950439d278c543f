using System.Globalization;
using System.Text.Json;
using DriverHost.Client;
using DriverHost.Docker;

namespace DriverHost.Ports;

/// <summary>
/// One port as a network of the engine, with one instance on it. The engine keeps it over its own restarts and the host's, so the port is kept in its options.
/// </summary>
/// <param name="Place">0 for the instance's first port: it names the interface, and decides whose gateway is the default route.</param>
internal sealed record PortNetwork(string Id, string Instance, int Place, PortSpec Port)
{
    private const string PlaceOption = "openstack.place";

    /// <summary>The engine goes by names when several networks offer a gateway: the first port's sorts first.</summary>
    public string Name => NameOf(Instance, Place);

    /// <summary>
    /// The engine appends a number of its own, which begins at 0 for each prefix: eth0, eth10, eth20. With one prefix for all, the interfaces would change their
    /// names from start to start, as the engine connects networks in no order.
    /// </summary>
    public string InterfacePrefix => Place == 0 ? "eth" : string.Create(CultureInfo.InvariantCulture, $"eth{Place}");

    public static string NameOf(string instance, int place) => string.Create(CultureInfo.InvariantCulture, $"os-{instance}-{place:00}");

    public static Dictionary<string, string> Options(PortSpec port, int place) => new()
    {
        [Labels.Port] = JsonSerializer.Serialize(port, DriverHostJson.Default.PortSpec),
        [PlaceOption] = place.ToString(CultureInfo.InvariantCulture),
    };

    /// <returns>Null when these are not the options and labels of a port's network.</returns>
    public static PortNetwork? Read(string id, IDictionary<string, string>? labels, IDictionary<string, string>? options) =>
        labels is not null && labels.TryGetValue(Labels.Instance, out var instance) && ReadOptions(options) is { } read ? new PortNetwork(id, instance, read.Place, read.Port) : null;

    public static (PortSpec Port, int Place)? ReadOptions(IDictionary<string, string>? options)
    {
        try
        {
            return options is not null && options.TryGetValue(Labels.Port, out var json) && options.TryGetValue(PlaceOption, out var text)
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && JsonSerializer.Deserialize(json, DriverHostJson.Default.PortSpec) is { } port
                ? (port, place)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
