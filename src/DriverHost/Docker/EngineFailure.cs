using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using DriverHost.Http;

namespace DriverHost.Docker;

/// <summary>Turns what the engine's client throws into words.</summary>
internal static class EngineFailure
{
    /// <returns>Null when the exception is not about the engine.</returns>
    public static DriverFailure? TryRead(Exception exception) => exception switch
    {
        DriverFailure failure => failure,
        DockerApiException { StatusCode: HttpStatusCode.NotFound } api => new DriverFailure(404, "not_on_engine", Words(api), api),
        DockerApiException { StatusCode: HttpStatusCode.Conflict } api => new DriverFailure(409, "engine_conflict", Words(api), api),
        DockerApiException api => new DriverFailure(502, "engine_refused", $"The Docker engine refused: {Words(api)}", api),
        HttpRequestException or SocketException or IOException or TimeoutException => Unreachable(exception),
        _ => null,
    };

    public static DriverFailure Unreachable(Exception inner) =>
        new(503, "engine_unreachable", "The Docker engine of this host does not answer. Check that it runs: systemctl status docker.", inner);

    /// <summary>The engine's own sentence, without the JSON around it.</summary>
    public static string Words(DockerApiException api)
    {
        try
        {
            using var body = JsonDocument.Parse(api.ResponseBody ?? "");
            return body.RootElement.GetProperty("message").GetString() ?? api.Message;
        }
        catch (Exception plain) when (plain is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return string.IsNullOrWhiteSpace(api.ResponseBody) ? api.Message : api.ResponseBody;
        }
    }
}
