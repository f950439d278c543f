using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dashboard.Launch;

/// <summary>Words as a POSIX shell reads and writes them. Nothing is expanded: no variables, no patterns.</summary>
internal static partial class ShellWords
{
    // A server's metadata is read by people, too: quotes stay quotes.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The words of a line; a line that begins with <c>[</c> is read as a JSON array of texts.</summary>
    /// <returns>No words for an empty line. <c>Error</c> says in words what can't be read.</returns>
    public static (IReadOnlyList<string> Words, string? Error) Read(string line)
    {
        var text = line.Trim();
        return text.StartsWith('[') ? ReadJson(text) : Split(text);
    }

    /// <summary>The word so that a shell reads it back as it is.</summary>
    public static string Quote(string word) => Plain().IsMatch(word) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>As the driver reads it from a server's metadata.</summary>
    public static string ToJson(IReadOnlyList<string> words) => JsonSerializer.Serialize(words, Readable);

    /// <summary>A JSON array of texts as one line of shell words; null when it is none.</summary>
    public static string? FromJson(string json) => ReadJson(json) is { Error: null } read ? Join(read.Words) : null;

    private static (IReadOnlyList<string> Words, string? Error) ReadJson(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(text) is { } words && !words.Contains(null)
                ? ([.. words.Select(w => w!)], null)
                : ([], "The list may hold texts only: [\"sh\", \"-c\", \"date\"].");
        }
        catch (JsonException)
        {
            return ([], "It begins with [ but is no JSON list of texts: [\"sh\", \"-c\", \"date\"].");
        }
    }

    private static (IReadOnlyList<string> Words, string? Error) Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var begun = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                if (begun)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    begun = false;
                }

                continue;
            }

            begun = true;
            if (c is '\'' or '"')
            {
                i = Quoted(text, i, word);
                if (i < 0)
                {
                    return ([], $"A {c} is opened and not closed.");
                }
            }
            else if (c == '\\')
            {
                if (++i == text.Length)
                {
                    return ([], "The line ends with a lone \\.");
                }

                word.Append(text[i]);
            }
            else
            {
                word.Append(c);
            }
        }

        if (begun)
        {
            words.Add(word.ToString());
        }

        return (words, null);
    }

    /// <returns>The place of the closing quote; -1 when there is none.</returns>
    private static int Quoted(string text, int open, StringBuilder word)
    {
        var quote = text[open];
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                return i;
            }

            // Between double quotes a backslash only takes away the meaning of these four.
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\' or '$' or '`')
            {
                i++;
            }

            word.Append(text[i]);
        }

        return -1;
    }

    [GeneratedRegex("^[A-Za-z0-9_@%+=:,./-]+$")]
    private static partial Regex Plain();
}
