using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace TestKit;

/// <summary>
/// One exchange of an OpenStack API as its public reference has it, written by hand: <c>tests/Samples/nova/flavors.json</c>. Both sides are held to it:
/// the client has to send its request and read its answer, the cloud has to give that answer to that request, no member more, none less.
/// </summary>
public sealed class Sample
{
    private readonly string _name;
    private readonly JsonObject _json;
    private readonly SampleHoles _holes;

    private Sample(string name, JsonObject json, SampleHoles holes)
    {
        _name = name;
        _json = json;
        _holes = holes;
    }

    /// <param name="name">For example <c>nova/flavors</c>.</param>
    /// <param name="values">What named holes hold, for example <c>("uuid:image", id)</c>.</param>
    public static Sample Read(string name, params (string Hole, string Value)[] values)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Samples", $"{name}.json");
        return new Sample(name, JsonNode.Parse(File.ReadAllText(file))!.AsObject(), new SampleHoles(values));
    }

    /// <summary>What a hole took, or takes when nothing was said: <c>sample["uuid:server"]</c>.</summary>
    public string this[string hole] => _holes[hole];

    /// <summary>The request, ready to be sent to the service at that address.</summary>
    public HttpRequestMessage Request(string service)
    {
        var request = new HttpRequestMessage(new HttpMethod(Text("request", "method")), service.TrimEnd('/') + _holes.Fill(Text("request", "path")));
        if (_json["request"]!["body"] is { } body)
        {
            request.Content = Content(body, Headers("request"));
        }

        foreach (var (name, value) in Headers("request").Where(h => h.Key != "Content-Type"))
        {
            request.Headers.Add(name, _holes.Fill(value));
        }

        return request;
    }

    /// <summary>The answer, as a stub gives it.</summary>
    public HttpResponseMessage Reply()
    {
        var answer = new HttpResponseMessage((HttpStatusCode)_json["response"]!["status"]!.GetValue<int>());
        if (_json["response"]!["body"] is { } body)
        {
            answer.Content = Content(body, Headers("response"));
        }

        foreach (var (name, value) in Headers("response").Where(h => h.Key != "Content-Type"))
        {
            _ = answer.Headers.TryAddWithoutValidation(name, _holes.Fill(value)) || answer.Content.Headers.TryAddWithoutValidation(name, _holes.Fill(value));
        }

        return answer;
    }

    /// <summary>Fails unless the request is the sample's, path and query, headers and body.</summary>
    /// <param name="service">The service's address, which the sample's path comes after.</param>
    public void AssertRequest(HttpRequestMessage actual, string service, string? body)
    {
        var differences = new List<string>();
        var address = actual.RequestUri!.ToString();
        Compare(differences, "method", JsonValue.Create(Text("request", "method")), JsonValue.Create(actual.Method.Method));
        Compare(differences, "path", JsonValue.Create(Text("request", "path")), JsonValue.Create(address.StartsWith(service, StringComparison.Ordinal) ? address[service.Length..] : address));
        CompareHeaders(differences, "request", name => actual.Headers.TryGetValues(name, out var values) || actual.Content?.Headers.TryGetValues(name, out values) is true ? string.Join(", ", values) : null);
        CompareBody(differences, _json["request"]!["body"], body);
        Throw(differences, "request");
    }

    /// <summary>Fails unless the answer is the sample's: status, the headers that the sample names, and the body without a member more.</summary>
    public async Task AssertResponseAsync(HttpResponseMessage actual, CancellationToken cancellationToken)
    {
        var differences = new List<string>();
        var body = await actual.Content.ReadAsStringAsync(cancellationToken);
        Compare(differences, "status", _json["response"]!["status"], JsonValue.Create((int)actual.StatusCode));
        CompareHeaders(differences, "response", name => actual.Headers.TryGetValues(name, out var values) || actual.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null);
        CompareBody(differences, _json["response"]!["body"], body);
        if (differences.Count > 0)
        {
            differences.Add($"it was: {body}");
        }

        Throw(differences, "answer");
    }

    private void CompareHeaders(List<string> differences, string side, Func<string, string?> actual)
    {
        foreach (var (name, value) in Headers(side))
        {
            Compare(differences, $"header {name}", JsonValue.Create(value), actual(name) is { } text ? JsonValue.Create(text) : null);
        }
    }

    private void CompareBody(List<string> differences, JsonNode? expected, string? actual)
    {
        if (expected is null)
        {
            Compare(differences, "body", JsonValue.Create(""), JsonValue.Create(actual ?? ""));
        }
        else
        {
            Compare(differences, "body", expected, expected is JsonValue ? JsonValue.Create(actual) : JsonNode.Parse(actual is { Length: > 0 } ? actual : "null"));
        }
    }

    private void Compare(List<string> differences, string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected)
        {
            case JsonObject json when actual is JsonObject other:
                foreach (var name in json.Select(m => m.Key).Union(other.Select(m => m.Key)))
                {
                    if (!json.ContainsKey(name) || !other.ContainsKey(name))
                    {
                        differences.Add($"{path}.{name} is {(json.ContainsKey(name) ? "missing" : "not in the sample")}");
                        continue;
                    }

                    Compare(differences, $"{path}.{name}", json[name], other[name]);
                }

                break;
            case JsonArray list when actual is JsonArray others && list.Count == others.Count:
                foreach (var (index, item) in list.Index())
                {
                    Compare(differences, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), item, others[index]);
                }

                break;
            case JsonValue value when value.TryGetValue<string>(out var template):
                if (!_holes.Takes(template, actual))
                {
                    differences.Add($"{path}: {Shown(actual)} instead of \"{_holes.Fill(template)}\" ({template})");
                }

                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                {
                    differences.Add($"{path}: {Shown(actual)} instead of {Shown(expected)}");
                }

                break;
        }
    }

    private void Throw(List<string> differences, string side)
    {
        if (differences.Count > 0)
        {
            throw new InvalidOperationException($"The {side} is not that of the sample {_name}:\n{string.Join('\n', differences)}");
        }
    }

    // A body of the sample that is a text stands for bytes, anything else for JSON.
    private ByteArrayContent Content(JsonNode body, Dictionary<string, string> headers)
    {
        var text = body is JsonValue bytes && bytes.TryGetValue<string>(out var raw) ? raw : _holes.Fill(body)!.ToJsonString();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", headers.GetValueOrDefault("Content-Type", "application/json"));
        return content;
    }

    private Dictionary<string, string> Headers(string side) =>
        _json[side]!["headers"]?.AsObject().ToDictionary(h => h.Key, h => h.Value!.GetValue<string>()) ?? [];

    private string Text(string side, string member) => _json[side]![member]!.GetValue<string>();

    private static string Shown(JsonNode? node) => node?.ToJsonString() ?? "null";
}
