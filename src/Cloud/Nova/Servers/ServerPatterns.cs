using System.Text.RegularExpressions;
using Cloud.Http;
using Microsoft.AspNetCore.Http;

namespace Cloud.Nova.Servers;

/// <summary>The filters whose values are regular expressions: name, hostname, ip and ip6. They are matched in time that grows with the text only, whatever the pattern.</summary>
internal static class ServerPatterns
{
    private const int Longest = 255;
    private static readonly string[] Fields = ["name", "hostname", "ip", "ip6"];

    public static IReadOnlyList<(string Field, Regex Pattern)> Read(IQueryCollection query) =>
        [.. Fields.SelectMany(field => query[field].OfType<string>().Where(text => text.Length > 0).Select(text => (field, Pattern(field, text))))];

    private static Regex Pattern(string field, string text)
    {
        if (text.Length > Longest)
        {
            throw CloudFailure.Invalid($"The filter {field} is longer than {Longest} characters.");
        }

        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception invalid) when (invalid is ArgumentException or NotSupportedException)
        {
            throw CloudFailure.Invalid($"Invalid input for query parameters {field}. Value: {ServerText.Short(text)}. It is not a regular expression that this cloud takes.");
        }
    }
}
