using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Cloud.Http;

/// <summary>Answers with a JSON body that a view built.</summary>
internal static class Json
{
    public static IResult Ok(JsonNode body) => Answer(body, StatusCodes.Status200OK);
    public static IResult Created(JsonNode body) => Answer(body, StatusCodes.Status201Created);
    public static IResult Accepted(JsonNode body) => Answer(body, StatusCodes.Status202Accepted);
    public static IResult Answer(JsonNode body, int statusCode) => Results.Text(body.ToJsonString(), "application/json", statusCode: statusCode);
}
