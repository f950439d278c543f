using System.Globalization;
using System.Text;

namespace Dashboard.Components;

/// <summary>Text of others as it may stand on a page: control characters, and what hides or reorders text, are shown instead of obeyed. js/log/ansi.js does the same for logs.</summary>
public static class Visible
{
    private const char FirstPicture = '\u2400';
    private const char DeletePicture = '\u2421';

    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            shown = !IsUnsafe(c) ? shown.Append(c)
                : c < ' ' ? shown.Append((char)(FirstPicture + c))
                : c == '\u007f' ? shown.Append(DeletePicture)
                : shown.Append(CultureInfo.InvariantCulture, $"\u27e8U+{(int)c:X4}\u27e9");
        }

        return shown.ToString();
    }

    /// <summary>The same, where there may be none.</summary>
    public static string? OrNull(string? text) => text is null ? null : Of(text);

    // Line breaks and tabs may stay: pages fold them into a blank.
    private static bool IsUnsafe(char c) => c is (< ' ' and not ('\t' or '\n' or '\r')) or (>= '\u007f' and <= '\u009f')
        or '\u061c' or '\u200b' or '\u200e' or '\u200f' or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or '\u2060' or (>= '\u2066' and <= '\u2069') or '\ufeff';
}
