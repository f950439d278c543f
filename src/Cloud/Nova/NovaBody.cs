using System.Globalization;
using System.Text.Json;
using Cloud.Http;

namespace Cloud.Nova;

/// <summary>Reads members of Nova's request bodies. Numbers and flags may come as text: nova has always taken both.</summary>
internal static class NovaBody
{
    /// <summary>nova's schemas refuse what they do not know.</summary>
    public static void RequireKnown(JsonElement body, params string[] names)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (!names.Contains(member.Name, StringComparer.Ordinal))
            {
                throw CloudFailure.Invalid($"Additional properties are not allowed ('{member.Name}' was unexpected)");
            }
        }
    }

    public static int RequiredNumber(JsonElement body, string name, int minimum) =>
        Number(body, name, minimum) ?? throw CloudFailure.Invalid($"Invalid input for field/attribute {name}. '{name}' is a required property");

    /// <summary>A whole number, also one written as text; null when absent or null.</summary>
    public static int? Number(JsonElement body, string name, int minimum)
    {
        if (body.Member(name) is not { } member)
        {
            return null;
        }

        return Whole(member) is { } number && number >= minimum
            ? number
            : throw CloudFailure.Invalid($"Invalid input for field/attribute {name}. Value: {Shown(member)}. It must be a whole number between {minimum} and {int.MaxValue}.");
    }

    /// <summary>True or false, also written as text or number, as nova takes it.</summary>
    public static bool? Flag(JsonElement body, string name) => body.Member(name) switch
    {
        null => null,
        { } member => Shown(member).ToUpperInvariant() switch
        {
            "TRUE" or "1" or "ON" or "YES" => true,
            "FALSE" or "0" or "OFF" or "NO" => false,
            _ => throw CloudFailure.Invalid($"Invalid input for field/attribute {name}. Value: {Shown(member)}. It must be true or false."),
        },
    };

    /// <summary>Null when the member is absent, null or no text.</summary>
    public static string? Text(JsonElement body, string name) => body.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A text, or a number as its text.</summary>
    public static string? TextOrNumber(JsonElement body, string name) => body.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String or JsonValueKind.Number } member => Shown(member),
        { } other => throw CloudFailure.Invalid($"Invalid input for field/attribute {name}. Value: {Shown(other)}. It must be a string."),
    };

    private static int? Whole(JsonElement member) => member.ValueKind switch
    {
        JsonValueKind.Number when member.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(member.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    // A value in an error is for people: no more of it than they can read.
    private static string Shown(JsonElement member)
    {
        var text = member.ValueKind == JsonValueKind.String ? member.GetString()! : member.GetRawText();
        return text.Length <= 255 ? text : text[..255];
    }
}
