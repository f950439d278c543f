using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TestKit;

/// <summary>
/// The holes of a sample: <c>{kind}</c> or <c>{kind:name}</c> inside a text. What a hole takes is decided by its kind; holes of one name
/// take the same value. With a question mark, <c>{text?}</c>, the whole value may also be null.
/// </summary>
internal sealed partial class SampleHoles(IEnumerable<(string Hole, string Value)> values)
{
    private static readonly Dictionary<string, (string Pattern, string Default)> Kinds = new()
    {
        ["uuid"] = ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "5f1c1ad2-9d3c-4a51-8f5e-2b9b1d0c7a11"),
        ["id"] = ("[0-9a-f]{32}", "8c2f4b6f0f3e4d0c9c1f7a6b5d4e3f21"),
        ["sha512"] = ("[0-9a-f]{128}", new string('a', 128)),
        ["md5"] = ("[0-9a-f]{32}", new string('b', 32)),
        ["time"] = (@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?", "2026-01-31T12:00:00Z"),
        ["number"] = (@"-?\d+(?:\.\d+)?", "42"),
        ["flag"] = ("true|false", "true"),
        ["root"] = ("https?://[^/]+", "http://cloud.test"),
        ["text"] = (".+", "text"),
    };

    private readonly Dictionary<string, string> _values = values.ToDictionary(v => v.Hole, v => v.Value);

    /// <summary>What a named hole took, or takes.</summary>
    public string this[string hole] => _values.TryGetValue(hole, out var value) ? value : Kind(hole).Default;

    /// <summary>The template with every hole filled.</summary>
    public JsonNode? Fill(JsonNode? template) => template switch
    {
        JsonObject json => new JsonObject(json.Select(member => KeyValuePair.Create(Fill(member.Key), Fill(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Fill)]),
        JsonValue value when value.TryGetValue<string>(out var text) => Whole(text) is ["number" or "flag", ..] ? JsonNode.Parse(Fill(text)) : JsonValue.Create(Fill(text)),
        _ => template?.DeepClone(),
    };

    public string Fill(string template) => Hole().Replace(template, hole => this[Key(hole)]);

    /// <summary>True when the value is one that the text template stands for; named holes remember it.</summary>
    public bool Takes(string template, JsonNode? actual)
    {
        if (Hole().Match(template) is { Success: true } only && only.Value == template && only.Groups["null"].Success && actual is null)
        {
            return true;
        }

        return Whole(template) is ["number" or "flag", ..]
            ? actual is JsonValue && actual.GetValueKind() is not System.Text.Json.JsonValueKind.String && Takes(template, actual.ToJsonString())
            : actual is JsonValue text && text.TryGetValue<string>(out var words) && Takes(template, words);
    }

    public bool Takes(string template, string actual)
    {
        var keys = new List<string>();
        var pattern = new System.Text.StringBuilder("^");
        var position = 0;
        foreach (Match hole in Hole().Matches(template))
        {
            var key = Key(hole);
            pattern.Append(Regex.Escape(template[position..hole.Index]));
            pattern.Append(_values.TryGetValue(key, out var known) ? $"({Regex.Escape(known)})" : $"({Kind(key).Pattern})");
            keys.Add(key);
            position = hole.Index + hole.Length;
        }

        pattern.Append(Regex.Escape(template[position..])).Append('$');
        var match = Regex.Match(actual, pattern.ToString(), RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        foreach (var (index, key) in match.Success ? keys.Index() : [])
        {
            if (key.Contains(':', StringComparison.Ordinal))
            {
                _values[key] = match.Groups[index + 1].Value;
            }
        }

        return match.Success;
    }

    private static string Key(Match hole) => hole.Groups["name"].Success ? $"{hole.Groups["kind"].Value}:{hole.Groups["name"].Value}" : hole.Groups["kind"].Value;

    private static (string Pattern, string Default) Kind(string key) =>
        Kinds.TryGetValue(key.Split(':')[0], out var kind) ? kind : throw new InvalidOperationException($"A sample has a hole of an unknown kind: {key}.");

    // The kind of a text that is one hole and nothing else.
    private static string[]? Whole(string template) => Hole().Match(template) is { Success: true } only && only.Value == template ? Key(only).Split(':') : null;

    [GeneratedRegex(@"\{(?<kind>[a-z0-9]+)(?::(?<name>[a-z0-9-]+))?(?<null>\?)?\}")]
    private static partial Regex Hole();
}
