using System.Text.Json.Serialization;

namespace OpenStack.Nova;

/// <summary>The body of <c>POST /servers</c>.</summary>
public sealed record CreateServerRequest(CreateServer Server);

public sealed record CreateServer
{
    public required string Name { get; init; }
    [JsonPropertyName("imageRef")] public required string ImageRef { get; init; }
    [JsonPropertyName("flavorRef")] public required string FlavorRef { get; init; }
    /// <summary><c>auto</c> or <c>none</c> (microversion 2.37).</summary>
    public string Networks { get; init; } = "auto";
    /// <summary>Null: any. Administrators may say <c>ZONE:HOST</c>.</summary>
    public string? AvailabilityZone { get; init; }
    public string? KeyName { get; init; }
    public string? UserData { get; init; }
    public string? Description { get; init; }
    /// <summary>
    /// Keys that the driver understands: <c>docker:command</c> and <c>docker:entrypoint</c> (JSON arrays), <c>docker:working_dir</c>,
    /// and <c>env:NAME</c> for the environment. Nova's API has no other place for them.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
    public int? MinCount { get; init; }
    public int? MaxCount { get; init; }
}

public sealed record CreatedServerAnswer(CreatedServer Server);
public sealed record CreatedServer(string Id, [property: JsonPropertyName("adminPass")] string? AdminPass = null);
