using System.Text.Json.Serialization;

namespace OpenStack.Nova;

/// <summary>The body of <c>POST /servers/{id}/action</c>: exactly one member is set.</summary>
public sealed record ServerAction
{
    // Actions without arguments are sent as "os-start": null, so their presence matters, not their value.
    [JsonPropertyName("os-start")][JsonConverter(typeof(PresentNullConverter))][JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Start { get; init; }
    [JsonPropertyName("os-stop")][JsonConverter(typeof(PresentNullConverter))][JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Stop { get; init; }
    [JsonConverter(typeof(PresentNullConverter))][JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Pause { get; init; }
    [JsonConverter(typeof(PresentNullConverter))][JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Unpause { get; init; }
    [JsonConverter(typeof(PresentNullConverter))][JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Unlock { get; init; }
    public RebootAction? Reboot { get; init; }
    [JsonPropertyName("createImage")] public CreateImageAction? CreateImage { get; init; }
    [JsonPropertyName("os-getConsoleOutput")] public ConsoleOutputAction? ConsoleOutput { get; init; }
    public LockAction? Lock { get; init; }
}

/// <param name="Type">SOFT or HARD.</param>
public sealed record RebootAction(string Type);
public sealed record CreateImageAction(string Name, IReadOnlyDictionary<string, string>? Metadata = null);
public sealed record ConsoleOutputAction(int? Length = null);
public sealed record LockAction([property: JsonPropertyName("locked_reason")] string? Reason = null);
public sealed record ConsoleOutputAnswer(string Output);
/// <summary>The answer of createImage since microversion 2.45.</summary>
public sealed record CreateImageAnswer(string ImageId);

internal sealed class PresentNullConverter : JsonConverter<bool>
{
    public override bool HandleNull => true;
    public override bool Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options)
    {
        reader.Skip();
        return true;
    }

    public override void Write(System.Text.Json.Utf8JsonWriter writer, bool value, System.Text.Json.JsonSerializerOptions options) => writer.WriteNullValue();
}

/// <summary><c>GET /servers/{id}/os-instance-actions</c>.</summary>
public sealed record InstanceActionList([property: JsonPropertyName("instanceActions")] IReadOnlyList<InstanceAction> Actions);
public sealed record InstanceActionAnswer([property: JsonPropertyName("instanceAction")] InstanceAction Action);

public sealed record InstanceAction
{
    public required string Action { get; init; }
    public required string RequestId { get; init; }
    public string? UserId { get; init; }
    public string? ProjectId { get; init; }
    public DateTime StartTime { get; init; }
    public DateTime? UpdatedAt { get; init; }
    /// <summary>Set when the action failed.</summary>
    public string? Message { get; init; }
    public IReadOnlyList<InstanceActionEvent> Events { get => field ?? []; init; }
}

public sealed record InstanceActionEvent(string Event, DateTime? StartTime, DateTime? FinishTime, string? Result, string? Details = null, string? Traceback = null);
