using System.Globalization;
using System.Net;
using System.Text;
using DriverHost.Client;
using DriverHost.History;
using DriverHost.Http;

namespace DriverHost.Alerts;

/// <summary>Whether a rule makes sense, in words.</summary>
internal static class AlertSpecCheck
{
    /// <returns>The rule as it is kept.</returns>
    /// <exception cref="DriverFailure">400: what is wrong with it, and what would be right.</exception>
    public static AlertRuleSpec Require(AlertRuleSpec spec, AlertAddresses addresses)
    {
        var name = spec.Name.Trim();
        if (name.Length is 0 or > AlertLimits.LongestName || name.EnumerateRunes().Any(IsHidden))
        {
            throw DriverFailure.Invalid($"name is what people call the rule: 1 to {AlertLimits.LongestName} characters, none of them control characters.");
        }

        RequireMatch(spec);
        RequireCooldown(spec.CooldownSeconds);
        return spec with { Name = name, Events = [.. spec.Events.Distinct()], Webhook = string.IsNullOrWhiteSpace(spec.Webhook) ? null : RequireWebhook(spec.Webhook.Trim(), addresses) };
    }

    /// <summary>What a preview needs of a rule.</summary>
    public static void RequireMatch(AlertRuleSpec spec)
    {
        var ofLines = spec.Text.Length > 0 || spec.Level is not null || spec.Stream is not null;
        if (spec.Events.Count > 0)
        {
            if (ofLines)
            {
                throw DriverFailure.Invalid("A rule waits for lines or for events, not for both. Make two rules.");
            }

            if (spec.Events.Where(e => !AlertEvents.All.Contains(e)).ToArray() is [var unknown, ..])
            {
                throw DriverFailure.Invalid($"There is no event '{unknown}'. There are {string.Join(", ", AlertEvents.All)}.");
            }

            return;
        }

        if (!ofLines)
        {
            throw DriverFailure.Invalid("Say what the rule waits for: a text, a level (error or warning), a stream (out or err), or events.");
        }

        if (spec.Text.Length > AlertLimits.LongestText)
        {
            throw DriverFailure.Invalid("The text is at most 1,000 characters.");
        }

        _ = new LogMatcher(Query(spec));
    }

    public static void RequireCooldown(int seconds)
    {
        if (seconds is < AlertLimits.ShortestCooldown or > AlertLimits.LongestCooldown)
        {
            throw DriverFailure.Invalid("The cooldown is 10 to 86,400 seconds (a day).");
        }
    }

    /// <summary>What the rule looks for, as a search would.</summary>
    public static LogSearchQuery Query(AlertRuleSpec spec) =>
        new() { Text = spec.Text, Regex = spec.Regex, MatchCase = spec.MatchCase, Stream = spec.Stream, Level = spec.Level };

    private static string RequireWebhook(string text, AlertAddresses addresses)
    {
        if (text.Length > AlertLimits.LongestWebhook || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            throw DriverFailure.Invalid("The webhook is an address like https://example.org/notices, 2,000 characters at most.");
        }

        if (url.UserInfo.Length > 0)
        {
            throw DriverFailure.Invalid("The webhook must not hold a user name or password. Its notices are signed instead; what must be secret may stand in its path.");
        }

        // A name is judged when the connection is made: it may answer differently then.
        if (IPAddress.TryParse(url.Host, out var address) && addresses.WhyNot(address) is { } what)
        {
            throw DriverFailure.Invalid(AlertAddresses.Words(url.Host, what));
        }

        return url.AbsoluteUri;
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
