using DriverHost.Client;

namespace DriverHost.Stats;

/// <summary>One instance's past: 10 s for an hour, 1 min for six hours, 5 min for a day. 16 KiB, in memory and as a file.</summary>
internal sealed class InstanceStats
{
    /// <summary>Also the version of the file: another number is another shape.</summary>
    private const int Mark = 0x31_54_53_4f;

    private readonly Lock _lock = new();
    private readonly StatsRing[] _rings = [new(10, 360), new(60, 360), new(300, 288)];

    public int Bytes => _rings.Sum(r => r.Bytes);

    /// <summary>Has something that the file has not.</summary>
    public bool IsNew { get; private set; }

    public DateTimeOffset? Newest
    {
        get
        {
            lock (_lock)
            {
                return _rings[0].Newest;
            }
        }
    }

    public void Add(StatsSample sample)
    {
        lock (_lock)
        {
            IsNew = true;
            foreach (var ring in _rings)
            {
                ring.Add(sample);
            }
        }
    }

    /// <summary>In the finest steps that reach back so far.</summary>
    public (int StepSeconds, StatsPoint[] Points) Read(DateTimeOffset since, DateTimeOffset until)
    {
        lock (_lock)
        {
            var ring = _rings.FirstOrDefault(r => r.Oldest <= since && (until - since).TotalSeconds <= r.StepSeconds * 360.0) ?? _rings[^1];
            return (ring.StepSeconds, [.. ring.Read(since, until)]);
        }
    }

    public byte[] Write()
    {
        using var buffer = new MemoryStream(Bytes + 64);
        using var file = new BinaryWriter(buffer);
        lock (_lock)
        {
            file.Write(Mark);
            foreach (var ring in _rings)
            {
                ring.Write(file);
            }

            IsNew = false;
        }

        return buffer.ToArray();
    }

    /// <returns>Null: not such a file, or not a whole one.</returns>
    public static InstanceStats? Read(byte[] content)
    {
        var stats = new InstanceStats();
        using var file = new BinaryReader(new MemoryStream(content));
        if (content.Length != sizeof(int) + stats._rings.Sum(r => r.Bytes + sizeof(long)) || file.ReadInt32() != Mark)
        {
            return null;
        }

        foreach (var ring in stats._rings)
        {
            ring.Read(file);
        }

        return stats;
    }
}
