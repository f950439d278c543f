namespace Dashboard.Logs;

/// <summary>The address of the page with several logs: <c>/logs?instances=ID,ID</c>.</summary>
internal static class LogsAddress
{
    /// <summary>Each log is a connection of its own, and a browser opens six to one address: two stay free for everything else.</summary>
    public const int Most = 4;

    public static string Of(IEnumerable<string> ids)
    {
        var joined = string.Join(',', ids.Select(Uri.EscapeDataString));
        return joined.Length == 0 ? "/logs" : $"/logs?instances={joined}";
    }

    /// <returns>The ids as Nova writes them, each once, in their order; and how many were left out because they are too many. What is no id is passed over.</returns>
    public static (IReadOnlyList<string> Ids, int Beyond) Read(string? given)
    {
        var ids = (given ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(id => Guid.TryParse(id, out _)).Select(id => Guid.Parse(id).ToString("d")).Distinct(StringComparer.Ordinal).ToList();
        return ([.. ids.Take(Most)], Math.Max(0, ids.Count - Most));
    }
}
