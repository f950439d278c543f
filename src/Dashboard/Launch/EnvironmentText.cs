using System.Text.RegularExpressions;

namespace Dashboard.Launch;

/// <summary>A line of the environment that can't be used.</summary>
/// <param name="Line">Counted from 1.</param>
internal sealed record EnvironmentError(int Line, string Words);

/// <summary>Environment variables as people paste them: lines of <c>NAME=VALUE</c>, as in a .env file.</summary>
internal sealed partial record EnvironmentText(IReadOnlyList<KeyValuePair<string, string>> Variables, IReadOnlyList<EnvironmentError> Errors)
{
    /// <summary>Nova keeps no longer value in a server's metadata, which is where the variables travel.</summary>
    public const int LongestValue = 255;

    public static readonly EnvironmentText Empty = new([], []);

    /// <summary>Empty lines and lines that begin with # are skipped, a leading <c>export</c> and quotes around the value are taken off.</summary>
    public static EnvironmentText Parse(string text)
    {
        var variables = new List<KeyValuePair<string, string>>();
        var errors = new List<EnvironmentError>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var (name, value, error) = Read(line);
            error ??= seen.TryGetValue(name, out var first) ? $"{name} is set twice: line {first} has it already." : null;
            if (error is not null)
            {
                errors.Add(new EnvironmentError(i + 1, error));
                continue;
            }

            seen[name] = i + 1;
            variables.Add(new(name, value));
        }

        return new EnvironmentText(variables, errors);
    }

    /// <summary>The text that parses to these variables.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string>> variables) =>
        string.Join('\n', variables.Select(v => $"{v.Key}={(NeedsQuotes(v.Value) ? Quote(v.Value) : v.Value)}"));

    private static (string Name, string Value, string? Error) Read(string line)
    {
        var text = line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..].TrimStart() : line;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return ("", "", "There is no = in it. Write NAME=VALUE.");
        }

        var name = text[..equals].TrimEnd();
        if (!VariableName().IsMatch(name))
        {
            return ("", "", name.Length == 0 ? "There is no name before the =." : $"{Short(name)} is no name for a variable: letters, digits and _ only, and no digit first.");
        }

        var (value, error) = Unquote(text[(equals + 1)..].Trim());
        return error is null && value.Length > LongestValue
            ? ("", "", $"The value of {Short(name)} has {value.Length} characters; Nova keeps {LongestValue} at most.")
            : (name, value, error);
    }

    private static (string Value, string? Error) Unquote(string value)
    {
        if (value.Length == 0 || value[0] is not ('\'' or '"'))
        {
            return (value, null);
        }

        var quote = value[0];
        if (value.Length < 2 || value[^1] != quote)
        {
            return ("", $"A {quote} is opened and not closed on this line.");
        }

        var inner = value[1..^1];
        return (quote == '\'' ? inner : Escaped().Replace(inner, e => e.Value[1] switch { 'n' => "\n", 't' => "\t", var c => c.ToString() }), null);
    }

    private static bool NeedsQuotes(string value) => value.Length > 0 && (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]) || value[0] is '\'' or '"' || value.Contains('\n'));

    private static string Quote(string value) => $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static string Short(string name) => name.Length <= 40 ? name : $"{name[..40]}…";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();

    [GeneratedRegex(@"\\[nt""\\]")]
    private static partial Regex Escaped();
}
