using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Cloud.Nova;

/// <summary>Answers that are written straight into the response.</summary>
internal static class NovaJson
{
    private const int FlushAt = 64 * 1024;

    // What others wrote stays readable: only what JSON itself needs is escaped. The answer is application/json, never a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, int statusCode, Action<Utf8JsonWriter> write)
    {
        await using var json = Begin(context, statusCode);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }

    /// <summary>A list that goes out piece by piece.</summary>
    public static async Task WriteListAsync<T>(HttpContext context, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write, Action<Utf8JsonWriter> after)
    {
        await using var json = Begin(context, StatusCodes.Status200OK);
        json.WriteStartObject();
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(json, item);
            if (json.BytesPending > FlushAt)
            {
                await json.FlushAsync(context.RequestAborted);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }

        json.WriteEndArray();
        after(json);
        json.WriteEndObject();
    }

    private static Utf8JsonWriter Begin(HttpContext context, int statusCode)
    {
        context.Response.StatusCode = statusCode;
        context.Response.ContentType = "application/json";
        return new Utf8JsonWriter(context.Response.BodyWriter, Options);
    }
}
