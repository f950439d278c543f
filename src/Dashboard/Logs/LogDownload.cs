using System.Globalization;
using System.Net.Mime;
using DriverHost.Client;

namespace Dashboard.Logs;

/// <summary>What a download of a log asks for: <c>format=text|jsonl</c>, <c>gzip</c>, <c>timestamps</c>, <c>since</c>, <c>until</c>, <c>stream</c>.</summary>
internal sealed record LogDownload(LogQuery Query, bool Records, bool Packed)
{
    /// <summary>What the driver host is asked for.</summary>
    public string MediaType => Records ? "application/x-ndjson" : MediaTypeNames.Text.Plain;

    public string ContentType => Packed ? MediaTypeNames.Application.GZip : Records ? "application/jsonl" : "text/plain; charset=utf-8";

    public string Suffix => $"{(Records ? ".jsonl" : ".log")}{(Packed ? ".gz" : "")}";

    public static bool TryRead(IQueryCollection values, out LogDownload download, out string wrong)
    {
        download = new LogDownload(new LogQuery(), false, false);
        wrong = "";
        var (format, stream) = (values["format"].ToString(), values["stream"].ToString());
        if (format is not ("" or "text" or "jsonl"))
        {
            wrong = "format is text or jsonl.";
        }
        else if (stream is not ("" or "out" or "err"))
        {
            wrong = "stream is out or err.";
        }

        if (!TryTime(values["since"].ToString(), out var since) || !TryTime(values["until"].ToString(), out var until))
        {
            wrong = "since and until are times like 2026-01-02T03:04:05.678Z.";
            until = null;
        }

        var query = new LogQuery { Since = since, Until = until, Stream = stream.Length > 0 ? stream : null, Timestamps = values["timestamps"] == "true" };
        download = new LogDownload(query, format == "jsonl", values["gzip"] == "true");
        return wrong.Length == 0;
    }

    private static bool TryTime(string text, out DateTimeOffset? time)
    {
        var good = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read);
        time = good ? read : null;
        return good || text.Length == 0;
    }
}
