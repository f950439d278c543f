using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.SignIn;
using Dashboard.Store;

namespace Dashboard.Logs;

/// <summary>How a person likes to read logs, in every browser.</summary>
internal interface ILogPreferences
{
    /// <returns>A small JSON object with what was chosen; empty when nothing was.</returns>
    Task<JsonObject> ReadAsync();

    /// <summary>Keeps <paramref name="json"/> in place of what was chosen before.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    Task<string?> WriteAsync(ReadOnlyMemory<byte> json);
}

/// <summary>Keeps the choices of the signed-in user in the dashboard's books. wwwroot/js/log/settings.js holds the same list of names.</summary>
internal sealed class LogPreferences(DashboardSession session, UserPreferences store) : ILogPreferences
{
    public const int MostBytes = 8 * 1024;
    private const string Name = "log";
    private static readonly string[] Times = ["local", "utc", "relative", "delta", "off"];
    private static readonly string[] Switches = ["wrap", "out", "err", "regex", "find", "numbers", "fields", "fold", "reader"];

    public async Task<JsonObject> ReadAsync() => await store.ReadAsync(session.User.Id, Name, session.Ended) is { } kept ? JsonNode.Parse(kept)!.AsObject() : [];

    public async Task<string?> WriteAsync(ReadOnlyMemory<byte> json)
    {
        if (Check(json, out var chosen) is { } wrong)
        {
            return wrong;
        }

        await store.WriteAsync(session.User.Id, Name, chosen.ToJsonString(), session.Ended);
        return null;
    }

    private static string? Check(ReadOnlyMemory<byte> json, out JsonObject chosen)
    {
        chosen = [];
        try
        {
            if (JsonNode.Parse(json.Span) is not JsonObject given)
            {
                return "The choices for logs are a JSON object, such as {\"time\":\"utc\"}.";
            }

            foreach (var (name, value) in given)
            {
                if (Wrong(name, value) is { } wrong)
                {
                    return wrong;
                }
            }

            chosen = given;
            return null;
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException)
        {
            // An ArgumentException is a name that is there twice.
            return "The choices for logs are no JSON object with each name once.";
        }
    }

    private static string? Wrong(string name, JsonNode? value) =>
        name == "time" ? (value?.GetValueKind() == JsonValueKind.String && Times.Contains(value.GetValue<string>()) ? null : $"\"time\" is one of {string.Join(", ", Times)}.")
        : !Switches.Contains(name) ? $"There is no choice \"{Components.Visible.Of(name.Length > 40 ? name[..40] : name)}\" for logs. There are: time, {string.Join(", ", Switches)}."
        : value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null
        : $"\"{name}\" is true or false.";
}
