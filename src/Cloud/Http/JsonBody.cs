using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Cloud.Http;

/// <summary>Reads request bodies that OpenStack wraps in one named object, with refusals that name the member.</summary>
internal static class JsonBody
{
    private const int MaximumBytes = 1024 * 1024;

    /// <summary>The whole body as a JSON object.</summary>
    public static async Task<JsonElement> ReadBodyAsync(this HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaximumBytes)
        {
            throw new CloudFailure(FailureKind.TooLarge, $"The body is larger than {MaximumBytes} bytes.");
        }

        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : throw CloudFailure.Invalid("The body must be a JSON object.");
        }
        catch (JsonException malformed)
        {
            throw CloudFailure.Invalid($"The body is not valid JSON: {malformed.Message}");
        }
    }

    /// <summary>The object under <paramref name="name"/> of the body.</summary>
    public static async Task<JsonElement> ReadObjectAsync(this HttpRequest request, string name, CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync(cancellationToken);
        return body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw CloudFailure.Invalid($"Expecting to find {name} in request body. It must be a JSON object.");
    }

    public static bool Has(this JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out _);

    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A text member; null when absent or null.</summary>
    public static string? Text(this JsonElement json, string name) => json.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw CloudFailure.Invalid($"Invalid input for field '{name}': it must be a string."),
    };

    public static string RequiredText(this JsonElement json, string name, int maximumLength = 255)
    {
        var text = json.Text(name) ?? throw CloudFailure.Invalid($"'{name}' is a required property.");
        return text.Trim().Length > 0 && text.Length <= maximumLength
            ? text
            : throw CloudFailure.Invalid($"Invalid input for field '{name}': it must have 1 to {maximumLength} characters.");
    }

    public static bool? Flag(this JsonElement json, string name) => json.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw CloudFailure.Invalid($"Invalid input for field '{name}': it must be true or false."),
    };

    /// <summary>An ISO 8601 time, as UTC.</summary>
    public static DateTime? Time(this JsonElement json, string name)
    {
        if (json.Text(name) is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime
            : throw CloudFailure.Invalid($"Invalid input for field '{name}': '{text}' is not an ISO 8601 time.");
    }

    public static IReadOnlyList<JsonElement> Items(this JsonElement json, string name) => json.Member(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } items => [.. items.EnumerateArray()],
        _ => throw CloudFailure.Invalid($"Invalid input for field '{name}': it must be a list."),
    };
}
