using System.Globalization;

namespace Cloud.Nova;

/// <summary>How Nova writes times; all are UTC.</summary>
internal static class NovaTime
{
    /// <summary><c>2026-01-31T12:00:00.000000</c>: services, keypairs, usage.</summary>
    public static string WithFraction(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
