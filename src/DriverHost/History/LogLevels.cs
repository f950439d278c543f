using System.Text.RegularExpressions;

namespace DriverHost.History;

/// <summary>How grave a line is, as far as its text says so: the same rules as the page's (<c>wwwroot/js/log/level.js</c>).</summary>
internal static partial class LogLevels
{
    private const int Looked = 400;

    /// <returns><c>error</c>, <c>warning</c> or null: only the line's beginning is looked at.</returns>
    public static string? Of(ReadOnlySpan<char> text)
    {
        var start = text[..Math.Min(Looked, text.Length)];
        return Errors().IsMatch(start) ? "error" : Warnings().IsMatch(start) ? "warning" : null;
    }

    [GeneratedRegex("""\b(?:ERROR|FATAL|CRITICAL|PANIC)\b|\blevel["']?\s*[=:]\s*["']?(?:error|fatal|critical|panic)\b|\[(?:error|fatal|critical)\]|^panic:""", RegexOptions.CultureInvariant)]
    private static partial Regex Errors();

    [GeneratedRegex("""\b(?:WARN|WARNING)\b|\blevel["']?\s*[=:]\s*["']?warn(?:ing)?\b|\[warn(?:ing)?\]""", RegexOptions.CultureInvariant)]
    private static partial Regex Warnings();
}
