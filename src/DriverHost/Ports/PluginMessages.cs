using System.Text.Json.Serialization;

namespace DriverHost.Ports;

/// <summary>What the engine asks a network driver: the fields that are read here.</summary>
internal sealed record PluginRequest([property: JsonPropertyName("NetworkID")] string? NetworkId, PluginOptions? Options);

/// <param name="Generic">What <c>docker network create</c> was given with <c>--opt</c>.</param>
internal sealed record PluginOptions([property: JsonPropertyName("com.docker.network.generic")] Dictionary<string, string>? Generic);

/// <summary>What a network driver answers. Each call has some of these fields; an empty answer agrees.</summary>
internal sealed record PluginAnswer
{
    public string[]? Implements { get; init; }
    public string? Scope { get; init; }
    public string? ConnectivityScope { get; init; }
    public PluginInterface? Interface { get; init; }
    public PluginInterfaceName? InterfaceName { get; init; }
    public string? Gateway { get; init; }
    [JsonPropertyName("GatewayIPv6")]
    public string? GatewayIpv6 { get; init; }
    public PluginRoute[]? StaticRoutes { get; init; }
    /// <summary>Or the engine would add a bridge of its own to the host for what has no gateway.</summary>
    public bool? DisableGatewayService { get; init; }
    /// <summary>A refusal, in words.</summary>
    public string? Err { get; init; }
}

internal sealed record PluginInterface(string? Address, [property: JsonPropertyName("AddressIPv6")] string? AddressIpv6, string MacAddress);

internal sealed record PluginInterfaceName(string SrcName, string DstPrefix);

/// <param name="RouteType">0 by way of the next hop, 1 on the link.</param>
internal sealed record PluginRoute(string Destination, int RouteType, string? NextHop);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PluginRequest))]
[JsonSerializable(typeof(PluginAnswer))]
internal sealed partial class PluginJson : JsonSerializerContext;
