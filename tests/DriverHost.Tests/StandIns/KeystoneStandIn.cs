using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DriverHost.Tests.StandIns;

/// <param name="ProjectId">Null for a token without a scope.</param>
internal sealed record Bearer(string UserId, string? ProjectId, string[] Roles, DateTimeOffset ExpiresAt)
{
    public bool SeesAll => Roles.Contains("admin") || Roles.Contains("service");
}

/// <summary>Hands out tokens, and says whose they are.</summary>
internal sealed class KeystoneStandIn(Func<string> url)
{
    public const string Password = "the driver host's password";
    private readonly ConcurrentDictionary<string, Bearer> _tokens = new();

    public string Issue(string? projectId, string[] roles, TimeSpan? lifetime = null)
    {
        var token = Guid.NewGuid().ToString("n");
        _tokens[token] = new Bearer(Guid.NewGuid().ToString("n"), projectId, roles, DateTimeOffset.UtcNow + (lifetime ?? TimeSpan.FromHours(1)));
        return token;
    }

    /// <summary>Another token of the same user, in the same project.</summary>
    public string IssueAgain(string token, params string[] roles)
    {
        var other = Guid.NewGuid().ToString("n");
        _tokens[other] = _tokens[token] with { Roles = roles };
        return other;
    }

    /// <summary>Gives the token's bearer these roles and no others.</summary>
    public void SetRoles(string token, params string[] roles) => _tokens[token] = _tokens[token] with { Roles = roles };

    public void Revoke(string token) => _tokens.TryRemove(token, out _);

    /// <summary>Null for a token that is not valid.</summary>
    public Bearer? Find(string? token) => token is not null && _tokens.TryGetValue(token, out var bearer) && bearer.ExpiresAt > DateTimeOffset.UtcNow ? bearer : null;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/identity/v3/auth/tokens", async (HttpContext context) =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body);
            if (body!["auth"]!["identity"]!["password"]!["user"]!["password"]!.GetValue<string>() != Password)
            {
                return Results.StatusCode(StatusCodes.Status401Unauthorized);
            }

            var token = Issue("service-project", ["service"]);
            context.Response.Headers["X-Subject-Token"] = token;
            return Results.Json(Body(_tokens[token]), statusCode: StatusCodes.Status201Created);
        });
        app.MapGet("/identity/v3/auth/tokens", (HttpContext context) =>
            Find(context.Request.Headers["X-Auth-Token"]) is null ? Results.StatusCode(StatusCodes.Status401Unauthorized)
            : Find(context.Request.Headers["X-Subject-Token"]) is { } bearer ? Results.Json(Body(bearer))
            : Results.NotFound());
    }

    private JsonObject Body(Bearer bearer) => new()
    {
        ["token"] = new JsonObject
        {
            ["user"] = new JsonObject { ["id"] = bearer.UserId, ["name"] = bearer.UserId, ["domain"] = Named("default") },
            ["project"] = bearer.ProjectId is null ? null : new JsonObject { ["id"] = bearer.ProjectId, ["name"] = bearer.ProjectId, ["domain"] = Named("default") },
            ["roles"] = new JsonArray([.. bearer.Roles.Select(role => (JsonNode)Named(role))]),
            ["expires_at"] = bearer.ExpiresAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["catalog"] = new JsonArray(new JsonObject
            {
                ["type"] = "image",
                ["name"] = "glance",
                ["endpoints"] = new JsonArray(new JsonObject { ["interface"] = "public", ["url"] = $"{url()}/image" }),
            }),
        },
    };

    private static JsonObject Named(string name) => new() { ["id"] = name, ["name"] = name };
}
