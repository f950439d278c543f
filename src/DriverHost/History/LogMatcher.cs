using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using DriverHost.Client;
using DriverHost.Http;
using DriverHost.Logs;

namespace DriverHost.History;

/// <summary>Says of a line whether a search wants it. For one thread: it keeps the line's text of the last call.</summary>
internal sealed partial class LogMatcher
{
    private readonly LogSearchQuery _query;
    private readonly LogKind? _only;
    private readonly Regex? _pattern;
    private readonly SearchValues<string>? _text;
    private char[] _chars = new char[4096];
    private int _length;
    private int _hit;

    // A few characters such as ((a{999}){999}){999} may ask for an automaton that fills the memory: larger ones are refused (NotSupportedException).
    static LogMatcher() => AppContext.SetData("REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE", 10_000);

    /// <exception cref="DriverFailure">400: the query says what cannot be looked for.</exception>
    public LogMatcher(LogSearchQuery query)
    {
        _query = query;
        _only = query.Stream switch { null => null, "out" => LogKind.Out, "err" => LogKind.Err, _ => throw DriverFailure.Invalid("stream is out or err.") };
        if (query.Level is not (null or "error" or "warning"))
        {
            throw DriverFailure.Invalid("level is error or warning.");
        }

        if (query.Text.Length > 1000)
        {
            throw DriverFailure.Invalid("q is at most 1,000 characters.");
        }

        if (query.Text.Length > 0 && query.Regex)
        {
            _pattern = Pattern(query);
        }
        else if (query.Text.Length > 0)
        {
            _text = SearchValues.Create([query.Text], query.MatchCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
        }
    }

    public bool Matches(in LogLine line)
    {
        if (_only is { } only && line.Kind != only)
        {
            return false;
        }

        _hit = 0;
        if (_pattern is null && _text is null && _query.Level is null)
        {
            return !_query.Inverse;
        }

        Decode(line.Text);
        var text = _chars.AsSpan(0, _length);
        if (_query.Level is { } level && LogLevels.Of(text) is var grave && grave != "error" && grave != level)
        {
            return false;
        }

        if (_pattern is null && _text is null)
        {
            return true;
        }

        _hit = _text is not null ? ((ReadOnlySpan<char>)text).IndexOfAny(_text) : IndexOfPattern(text);
        return _hit >= 0 != _query.Inverse;
    }

    /// <summary>The text of the line that matched, of a very long one the part around the hit.</summary>
    public string Text(in LogLine line, int limit)
    {
        Decode(line.Text);
        if (_length <= limit)
        {
            return new string(_chars, 0, _length);
        }

        var start = Math.Clamp(_hit - (limit / 4), 0, _length - limit);
        return $"{(start > 0 ? "\u2026" : "")}{new string(_chars, start, limit)}{(start + limit < _length ? "\u2026" : "")}";
    }

    private int IndexOfPattern(ReadOnlySpan<char> text)
    {
        foreach (var match in _pattern!.EnumerateMatches(text))
        {
            return match.Index;
        }

        return -1;
    }

    private void Decode(ReadOnlySpan<byte> text)
    {
        if (_chars.Length < text.Length)
        {
            _chars = new char[text.Length];
        }

        _length = Encoding.UTF8.GetChars(text, _chars);
        if (text.Contains((byte)0x1b))
        {
            var bare = Escapes().Replace(new string(_chars, 0, _length), "");
            bare.CopyTo(_chars);
            _length = bare.Length;
        }
    }

    private static Regex Pattern(LogSearchQuery query)
    {
        try
        {
            return new Regex(query.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (query.MatchCase ? RegexOptions.None : RegexOptions.IgnoreCase));
        }
        catch (RegexParseException wrong)
        {
            throw DriverFailure.Invalid($"This is not a regular expression: {wrong.Message}");
        }
        catch (NotSupportedException)
        {
            throw DriverFailure.Invalid("A search over all history takes no look-around, no back-references, no atomic groups and no huge repetitions. Write it without them.");
        }
    }

    [GeneratedRegex(@"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]P^_X]|[\x9d\x90\x9e\x9f\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]?", RegexOptions.CultureInvariant)]
    private static partial Regex Escapes();
}
