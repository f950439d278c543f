using System.Runtime.InteropServices;
using DriverHost.Client;

namespace DriverHost.Stats;

/// <summary>
/// A fixed number of steps of the past, each with eight figures in sixteen bits. A figure is kept as the logarithm of itself plus one:
/// zero is exact, everything else good to 0.07 %, up to 10^19. So a step takes 16 bytes, whatever happens in it.
/// </summary>
internal sealed class StatsRing(int stepSeconds, int steps)
{
    public const int Fields = 8;
    private const ushort None = ushort.MaxValue;
    private const double PerDoubling = 1024;

    // Percent and shares are small: they count in thousandths.
    private static readonly double[] Units = [1e-3, 1e-5, 1, 1, 1, 1, 1, 1];
    private readonly ushort[] _kept = Filled(steps * Fields);
    private readonly double[] _sums = new double[Fields];
    private int _count;
    private long _newest = -1;

    public int StepSeconds => stepSeconds;

    public int Bytes => _kept.Length * sizeof(ushort);

    /// <summary>When the newest step that was measured began; null while there is none.</summary>
    public DateTimeOffset? Newest => _newest < 0 ? null : DateTimeOffset.FromUnixTimeSeconds(_newest * stepSeconds);

    /// <summary>When the oldest step begins that may still be kept.</summary>
    public DateTimeOffset Oldest => DateTimeOffset.FromUnixTimeSeconds(Math.Max(0, _newest - steps + 1) * stepSeconds);

    public void Add(StatsSample sample)
    {
        var step = sample.Time.ToUnixTimeSeconds() / stepSeconds;
        if (step < _newest - 1)
        {
            // The clock was set back: what would lie in the future is given up.
            Array.Fill(_kept, None);
            _newest = -1;
        }

        if (step > _newest)
        {
            for (var gap = Math.Max(_newest + 1, step - steps + 1); gap <= step; gap++)
            {
                Slot(gap).Fill(None);
            }

            (_newest, _count) = (step, 0);
            Array.Clear(_sums);
        }

        double[] figures = [sample.CpuPercent, sample.Throttled, sample.MemoryBytes, sample.Pids, sample.RxRate, sample.TxRate, sample.ReadRate, sample.WriteRate];
        _count++;
        var slot = Slot(_newest);
        for (var field = 0; field < Fields; field++)
        {
            // Memory and processes: the highest is what ends an instance.
            var highest = field is 2 or 3;
            _sums[field] = highest ? Math.Max(_sums[field], figures[field]) : _sums[field] + figures[field];
            slot[field] = Encode(highest ? _sums[field] : _sums[field] / _count, Units[field]);
        }
    }

    public IEnumerable<StatsPoint> Read(DateTimeOffset since, DateTimeOffset until)
    {
        var first = Math.Max(since.ToUnixTimeSeconds() / stepSeconds, Math.Max(0, _newest - steps + 1));
        var last = Math.Min(until.ToUnixTimeSeconds() / stepSeconds, _newest);
        for (var step = first; step <= last; step++)
        {
            var slot = Slot(step);
            if (slot[0] != None)
            {
                yield return new StatsPoint(
                    DateTimeOffset.FromUnixTimeSeconds(step * stepSeconds),
                    Math.Round(Figure(slot, 0), 2), Math.Round(Figure(slot, 1), 4), (long)Math.Round(Figure(slot, 2)), (long)Math.Round(Figure(slot, 3)),
                    Math.Round(Figure(slot, 4), 1), Math.Round(Figure(slot, 5), 1), Math.Round(Figure(slot, 6), 1), Math.Round(Figure(slot, 7), 1));
            }
        }
    }

    public void Write(BinaryWriter file)
    {
        file.Write(_newest);
        file.Write(MemoryMarshal.AsBytes<ushort>(_kept));
    }

    public void Read(BinaryReader file)
    {
        _newest = file.ReadInt64();
        file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_kept.AsSpan()));
        _count = 0;
        Array.Clear(_sums);
    }

    internal static ushort Encode(double value, double unit) => value <= 0 || double.IsNaN(value) ? (ushort)0 : (ushort)Math.Min(None - 1, Math.Round(Math.Log2(1 + (value / unit)) * PerDoubling));

    internal static double Decode(ushort kept, double unit) => (double.Exp2(kept / PerDoubling) - 1) * unit;

    private static double Figure(Span<ushort> slot, int field) => Decode(slot[field], Units[field]);

    private Span<ushort> Slot(long step) => _kept.AsSpan((int)(step % steps) * Fields, Fields);

    private static ushort[] Filled(int count)
    {
        var kept = new ushort[count];
        Array.Fill(kept, None);
        return kept;
    }
}
