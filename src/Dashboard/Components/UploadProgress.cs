using System.Globalization;

namespace Dashboard.Components;

/// <summary>How far an upload is, and how fast lately.</summary>
/// <param name="BytesPerSecond">Smoothed over the last samples; 0 until there are two.</param>
public sealed record UploadProgress(long Sent, long Total, double Seconds = 0, double BytesPerSecond = 0)
{
    // A new sample counts a third: figures that jump help nobody.
    private const double Weight = 1d / 3;

    /// <summary>0 to 1.</summary>
    public double Share => Total <= 0 ? 0 : Math.Clamp((double)Sent / Total, 0, 1);

    /// <summary>All bytes have left the browser; who gets them still has to keep them.</summary>
    public bool IsSent => Sent >= Total;

    /// <param name="keeper">Who keeps the bytes: "Glance".</param>
    public string Words(string keeper) => IsSent ? $"{Units.Bytes(Total)} sent, waiting for {keeper} to keep them" : $"{Units.Bytes(Sent)} of {Units.Bytes(Total)}";

    /// <summary>"219 MB/s, 3 s left"; empty until it is known.</summary>
    public string Pace => IsSent || BytesPerSecond < 1 ? "" : $"{Units.Bytes((long)BytesPerSecond)}/s, {Left(TimeSpan.FromSeconds((Total - Sent) / BytesPerSecond))} left";

    /// <param name="seconds">Since the start.</param>
    public UploadProgress Next(long sent, double seconds)
    {
        var span = seconds - Seconds;
        if (span <= 0)
        {
            return this with { Sent = sent };
        }

        var now = (sent - Sent) / span;
        return this with { Sent = sent, Seconds = seconds, BytesPerSecond = BytesPerSecond == 0 ? now : BytesPerSecond + ((now - BytesPerSecond) * Weight) };
    }

    private static string Left(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(1, (int)Math.Ceiling(time.TotalSeconds))} s",
        { TotalMinutes: < 60 } => $"{(int)Math.Ceiling(time.TotalMinutes)} min",
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
    };
}
