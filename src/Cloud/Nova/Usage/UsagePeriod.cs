using System.Globalization;
using Cloud.Http;
using Microsoft.AspNetCore.Http;

namespace Cloud.Nova.Usage;

/// <summary>From when to when usage is counted: by the query's <c>start</c> and <c>end</c>, else the last four weeks.</summary>
internal sealed record UsagePeriod(DateTime Start, DateTime End)
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFF", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd",
    ];

    public static UsagePeriod Of(IQueryCollection query, DateTime now)
    {
        var end = Read(query, "end") ?? now;
        var start = Read(query, "start") ?? now.AddDays(-28);
        return start < end ? new UsagePeriod(start, end) : throw CloudFailure.Invalid("Invalid start time. The start time cannot occur after the end time.");
    }

    /// <summary>How long something that lived from then to then (null: still does) was there within the period.</summary>
    public TimeSpan Within(DateTime from, DateTime? to)
    {
        var begin = from > Start ? from : Start;
        var finish = to is { } gone && gone < End ? gone : End;
        return finish > begin ? finish - begin : TimeSpan.Zero;
    }

    private static DateTime? Read(IQueryCollection query, string name)
    {
        if (query[name].LastOrDefault() is not { Length: > 0 } text)
        {
            return null;
        }

        return DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw CloudFailure.Invalid($"Datetime is in invalid format: {text}. Write it as 2026-01-31T12:00:00, in UTC.");
    }
}
