using System.Globalization;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Servers;
using Cloud.Nova.Versions;

namespace Cloud.Nova.Actions;

/// <summary>An action as the compute API shows it.</summary>
internal static class InstanceActionView
{
    public static JsonObject Of(InstanceActionRow action, Microversion version)
    {
        var json = new JsonObject
        {
            ["action"] = action.Action,
            ["instance_uuid"] = action.InstanceId,
            ["request_id"] = action.RequestId,
            ["user_id"] = action.UserId,
            ["project_id"] = action.ProjectId,
            ["start_time"] = Time(action.StartedAt),
            ["message"] = action.Message,
        };
        if (version.AtLeast(2, 58))
        {
            json["updated_at"] = Time(action.UpdatedAt);
        }

        return json;
    }

    /// <summary>The steps on the compute host: at most one here.</summary>
    public static JsonArray Events(InstanceActionRow action, Microversion version, Caller caller)
    {
        if (action.Event is null)
        {
            return [];
        }

        var json = new JsonObject
        {
            ["event"] = action.Event,
            ["start_time"] = Time(action.StartedAt),
            ["finish_time"] = action.FinishedAt is { } finished ? Time(finished) : null,
            ["result"] = action.Result,
        };
        if (caller.IsAdmin || !version.AtLeast(2, 51))
        {
            json["traceback"] = null;
        }

        if (version.AtLeast(2, 62))
        {
            json["hostId"] = ServerNames.HostId(action.ProjectId ?? "", action.Host);
            if (caller.IsAdmin)
            {
                json["host"] = action.Host;
            }
        }

        if (version.AtLeast(2, 84))
        {
            json["details"] = action.Result == "Error" ? action.Message : null;
        }

        return [json];
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
