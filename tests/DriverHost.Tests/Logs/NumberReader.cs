using System.Globalization;
using System.Text.Json;
using DriverHost.Client;

namespace DriverHost.Tests.Logs;

/// <summary>A viewer of a log of numbered lines, which comes again with its cursor as often as it is cut off.</summary>
internal sealed class NumberReader
{
    private readonly HashSet<int> _seen = [];
    private readonly List<string> _gaps = [];
    private string? _cursor;

    public int Lines => _seen.Count;

    /// <summary>Lines that a gap counted.</summary>
    public long Skipped { get; private set; }

    public int Gaps => _gaps.Count;

    /// <summary>The time of the newest line that came.</summary>
    public DateTimeOffset Newest { get; private set; }

    public LogEnd? End { get; private set; }

    /// <summary>How many lines there are in all, once the last one said so.</summary>
    public int? Total { get; private set; }

    public LogQuery Query => new() { Follow = true, Cursor = _cursor };

    /// <summary>The lines that did not come, and the gaps, for people.</summary>
    public string Missing
    {
        get
        {
            var holes = new List<string>();
            var before = 0;
            foreach (var number in _seen.Append(Total + 1 ?? 0).Order())
            {
                if (number > before + 1)
                {
                    holes.Add($"{before + 1} to {number - 1}");
                }

                before = number;
            }

            return $"Not there: {string.Join(", ", holes)}. Gaps: {string.Join(", ", _gaps)}";
        }
    }

    /// <summary>Takes the records of one connection as long as there are some and <paramref name="goesOn"/> says so after each.</summary>
    public async Task ReadAsync(DriverHostClient client, string id, Func<Task<bool>> goesOn, CancellationToken cancellationToken)
    {
        End = null;
        await foreach (var record in client.LogsAsync(id, Query, cancellationToken).InTimeAsync(TimeSpan.FromMinutes(3)))
        {
            Take(record);
            if (!await goesOn())
            {
                return;
            }
        }
    }

    public Task ReadAsync(DriverHostClient client, string id, int lines, CancellationToken cancellationToken)
    {
        var enough = Lines + lines;
        return ReadAsync(client, id, () => Task.FromResult(Lines < enough && Total is null), cancellationToken);
    }

    /// <summary>Takes so many bytes of one connection and leaves, mostly in the middle of a record.</summary>
    public async Task ReadBytesAsync(DriverHostClient client, string id, int bytes, CancellationToken cancellationToken)
    {
        using var answer = await client.OpenLogsAsync(id, Query, "application/x-ndjson", cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[bytes];
        var read = await body.ReadAtLeastAsync(buffer, bytes, throwOnEndOfStream: false, cancellationToken);
        for (var rest = buffer.AsMemory(0, read); rest.Span.IndexOf((byte)'\n') is >= 0 and var newline; rest = rest[(newline + 1)..])
        {
            Take(JsonSerializer.Deserialize(rest[..newline].Span, DriverHostJson.Default.LogRecord)!);
        }
    }

    private void Take(LogRecord record)
    {
        _cursor = record.Cursor ?? _cursor;
        Newest = record.Time ?? Newest;
        End = record.End ?? End;
        if (record.Gap is { } gap)
        {
            _gaps.Add($"{gap.Count} after the line of {Newest:O}");
            Skipped += gap.Count ?? throw new InvalidOperationException($"Nobody knows how many lines are missing: {gap}");
        }
        else if (record.Event is { Type: "error" } failed)
        {
            throw new InvalidOperationException(failed.Words);
        }
        else if (record.Text is { } text)
        {
            var words = text.Split(' ');
            if (words[0] == "end")
            {
                Total = int.Parse(words[1], CultureInfo.InvariantCulture);
            }
            else if (!_seen.Add(int.Parse(words[0], CultureInfo.InvariantCulture)))
            {
                throw new InvalidOperationException($"Line {words[0]} came twice.");
            }
        }
    }
}
