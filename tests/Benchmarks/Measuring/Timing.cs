using System.Diagnostics;

namespace Benchmarks.Measuring;

internal static class Timing
{
    public static async Task<double> MillisecondsAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>Runs both in turns, so that the machine's moods meet both.</summary>
    /// <param name="warmUp">The first pairs, which are not counted: a server that has run for a while has its code compiled for speed.</param>
    public static async Task<(double[] Ours, double[] Reference)> PairsAsync(int pairs, Func<int, Task<double>> ours, Func<int, Task<double>> reference, int warmUp = 1)
    {
        var (a, b) = (new List<double>(), new List<double>());
        for (var i = 0; i < warmUp + pairs; i++)
        {
            var (mine, other) = (await ours(i), await reference(i));
            if (i >= warmUp)
            {
                a.Add(mine);
                b.Add(other);
            }
        }

        return ([.. a.Order()], [.. b.Order()]);
    }

    /// <param name="sorted">Ascending.</param>
    public static double Median(this double[] sorted) => sorted[sorted.Length / 2];

    /// <param name="sorted">Ascending.</param>
    public static double P99(this double[] sorted) => sorted[sorted.Length * 99 / 100];
}
