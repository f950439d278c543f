using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cloud.Http;

namespace Cloud.Nova.Servers;

/// <summary>What the texts of a server may be.</summary>
internal static partial class ServerText
{
    private const int Longest = 255;
    private const int MostTags = 50;
    private const int LongestTag = 60;

    /// <summary>1 to 255 characters that can be seen; blanks at the ends go.</summary>
    public static string Name(string name)
    {
        var text = name.Trim();
        return text.Length is > 0 and <= Longest && !text.Any(char.IsControl)
            ? text
            : throw CloudFailure.Invalid("Invalid input for field 'name': it must have 1 to 255 characters, none of them a control character.");
    }

    public static string? Description(string? text) => text is null || (text.Length <= Longest && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
        ? text
        : throw CloudFailure.Invalid("Invalid input for field 'description': it must have at most 255 characters, none of them a control character.");

    public static string? HostName(string? text) => text is null || HostNameText().IsMatch(text)
        ? text
        : throw CloudFailure.Invalid("Invalid input for field 'hostname': 1 to 63 letters, digits and hyphens, no hyphen at its ends.");

    public static string DiskConfig(string text) => text is "AUTO" or "MANUAL" ? text : throw CloudFailure.Invalid("Invalid input for field 'OS-DCF:diskConfig': AUTO or MANUAL.");

    /// <summary>An address of that version; empty for none.</summary>
    public static string Address(string? text, int version)
    {
        if (text is null or "")
        {
            return "";
        }

        var family = version == 6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        return IPAddress.TryParse(text, out var address) && address.AddressFamily == family
            ? text
            : throw CloudFailure.Invalid($"Invalid input for field 'accessIPv{version}': '{Short(text)}' is not an IPv{version} address.");
    }

    public static Dictionary<string, string> Metadata(JsonElement given)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            throw CloudFailure.Invalid("Invalid input for field 'metadata': it must be an object of texts.");
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in given.EnumerateObject())
        {
            metadata[MetadataKey(item.Name)] = MetadataValue(item.Name, item.Value);
        }

        return metadata;
    }

    public static string MetadataKey(string key) => MetadataKeyText().IsMatch(key)
        ? key
        : throw CloudFailure.Invalid($"Invalid metadata key '{Short(key)}': 1 to 255 letters, digits, spaces and - _ : . are allowed.");

    public static string MetadataValue(string key, JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= Longest } text
        ? text
        : throw CloudFailure.Invalid($"Invalid metadata value of '{Short(key)}': it must be a text of at most 255 characters.");

    public static string[] Tags(IReadOnlyList<JsonElement> given)
    {
        string[] tags = [.. given.Select(tag => Tag(tag.ValueKind == JsonValueKind.String ? tag.GetString()! : throw CloudFailure.Invalid("A tag must be a text."))).Distinct(StringComparer.Ordinal)];
        return RequireFewTags(tags);
    }

    public static string[] RequireFewTags(string[] tags) => tags.Length <= MostTags ? tags : throw CloudFailure.Invalid($"An instance has at most {MostTags} tags.");

    /// <summary>An ISO 8601 time of a query, as UTC.</summary>
    public static DateTime Time(string name, string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime
            : throw CloudFailure.Invalid($"Invalid input for query parameters {name}. Value: {Short(value)}. It is not an ISO 8601 time.");

    public static string Tag(string tag) => tag.Length is > 0 and <= LongestTag && tag.IndexOfAny(['/', ',']) < 0
        ? tag
        : throw CloudFailure.Invalid($"Tag '{Short(tag)}' is invalid: 1 to {LongestTag} characters without '/' and ','.");

    /// <summary>A caller's text for a message: not longer than a line.</summary>
    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex HostNameText();

    [GeneratedRegex(@"^[a-zA-Z0-9\-_:\. ]{1,255}\z")]
    private static partial Regex MetadataKeyText();
}
