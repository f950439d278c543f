using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenStack.Nova;

/// <summary>Nova writes <c>"image": ""</c> for a server that has none.</summary>
internal sealed class ServerImageConverter : JsonConverter<ServerImage?>
{
    public override ServerImage? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.TryGetProperty("id", out var id) && id.GetString() is { } text ? new ServerImage(text) : null;
    }

    public override void Write(Utf8JsonWriter writer, ServerImage? value, JsonSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteStringValue("");
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("id", value.Id);
        writer.WriteEndObject();
    }
}
