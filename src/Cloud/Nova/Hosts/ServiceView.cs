using System.Text.Json.Nodes;
using Cloud.Nova.Drivers;
using Cloud.Nova.Versions;

namespace Cloud.Nova.Hosts;

/// <summary>Nova's services as the compute API shows them. The compute service is up while its driver host answers.</summary>
internal sealed class ServiceView(HostPresence presence, TimeProvider time)
{
    /// <summary>The compute host goes by the name that it gives itself.</summary>
    public string Host(ComputeServiceRow service) => service.IsCompute ? presence.HostName ?? service.Host : service.Host;

    public bool IsUp(ComputeServiceRow service) => !service.ForcedDown && (!service.IsCompute || presence.IsUp);

    public JsonObject Full(ComputeServiceRow service, Microversion version)
    {
        var json = new JsonObject
        {
            ["id"] = version.AtLeast(2, 53) ? service.Id : service.Number,
            ["binary"] = service.Binary,
            ["host"] = Host(service),
            ["zone"] = service.Zone,
            ["status"] = Status(service),
            ["state"] = State(service),
            ["updated_at"] = SeenAt(service) is { } seen ? NovaTime.WithFraction(seen) : null,
            ["disabled_reason"] = service.DisabledReason,
        };
        if (version.AtLeast(2, 11))
        {
            json["forced_down"] = service.ForcedDown;
        }

        return json;
    }

    public static string Status(ComputeServiceRow service) => service.Disabled ? "disabled" : "enabled";

    public string State(ComputeServiceRow service) => IsUp(service) ? "up" : "down";

    /// <summary>When it last gave a sign of life. What answers this call is alive now.</summary>
    public DateTime? SeenAt(ComputeServiceRow service) => (service.IsCompute ? presence.SeenAt : time.GetUtcNow())?.UtcDateTime;
}
