using DriverHost.Logs;

namespace DriverHost.History;

/// <summary>Puts marks where they belong between lines, by their time.</summary>
/// <param name="marks">Oldest first.</param>
internal sealed class MarkMerge(IReadOnlyList<EventMark> marks, LogFormat format)
{
    private int _next;

    /// <summary>Writes the marks that come before a line.</summary>
    /// <param name="write">False: they are left out.</param>
    public void Until(long stamp, bool write = true)
    {
        while (_next < marks.Count && marks[_next].Stamp <= stamp)
        {
            if (write)
            {
                format.WriteMark(marks[_next].Record);
            }

            _next++;
        }
    }

    public bool Has(byte[] record) => marks.Any(m => m.Record.AsSpan().SequenceEqual(record));

    /// <summary>Writes the marks after the last line.</summary>
    public void Rest() => Until(long.MaxValue);
}
