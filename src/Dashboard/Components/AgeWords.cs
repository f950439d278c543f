using System.Globalization;

namespace Dashboard.Components;

/// <summary>An age as the whole product writes it: 9 s, 3 min, 2 h, 2 d 4 h, after 7 days a date. clock.js does the same in the browser.</summary>
public static class AgeWords
{
    public static string Of(DateTimeOffset at, DateTimeOffset now)
    {
        var age = now - at;
        if (age < TimeSpan.Zero)
        {
            age = TimeSpan.Zero;
        }

        return age switch
        {
            { TotalSeconds: < 60 } => $"{(int)age.TotalSeconds} s",
            { TotalMinutes: < 60 } => $"{(int)age.TotalMinutes} min",
            { TotalHours: < 24 } => $"{(int)age.TotalHours} h",
            { TotalDays: < 7 } => age.Hours == 0 ? $"{age.Days} d" : $"{age.Days} d {age.Hours} h",
            _ => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
    }
}
