using System.Net;
using System.Text.Json;

namespace OpenStack.Errors;

/// <summary>Reads the words out of the three error shapes, and survives a body that is none of them.</summary>
internal static class Fault
{
    /// <summary>Keystone <c>{"error":{"message"}}</c>, Nova <c>{"itemNotFound":{"message"}}</c>, Glance HTML or plain text.</summary>
    public static string Message(string? body, HttpStatusCode status)
    {
        var fallback = $"The service answered {(int)status} ({status}).";
        if (string.IsNullOrWhiteSpace(body))
        {
            return fallback;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in json.RootElement.EnumerateObject())
                {
                    if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("message", out var message) && message.GetString() is { } words)
                    {
                        return words;
                    }
                }

                if (json.RootElement.TryGetProperty("message", out var direct) && direct.GetString() is { } plain)
                {
                    return plain;
                }
            }

            return fallback;
        }
        catch (JsonException)
        {
            return FromText(body) ?? fallback;
        }
    }

    // Glance answers with a small HTML page: "<h1>409 Conflict</h1> words <br />".
    private static string? FromText(string body)
    {
        var text = System.Text.RegularExpressions.Regex.Replace(body, "<(title|h1)>.*?</\\1>|<[^>]*>", " ", System.Text.RegularExpressions.RegexOptions.Singleline | System.Text.RegularExpressions.RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
        text = WebUtility.HtmlDecode(text).Trim();
        return text.Length is 0 or > 1000 ? null : text;
    }
}
