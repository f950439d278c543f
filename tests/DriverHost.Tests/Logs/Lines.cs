using System.Text;
using DriverHost.Logs;

namespace DriverHost.Tests.Logs;

internal sealed record Line(LogCursor Cursor, LogKind Kind, bool Cut, string Text);

/// <summary>Keeps the lines it is given.</summary>
internal sealed class Lines : List<Line>, ILogSink
{
    public void Take(in LogLine line) => Add(new Line(line.Cursor, line.Kind, line.Cut, Encoding.UTF8.GetString(line.Text)));
}
