namespace Dashboard.Launch;

internal enum BootPhase
{
    Starting,
    /// <summary>Nova says that it was started. It may have ended since.</summary>
    Started,
    Failed,
    /// <summary>Somebody deleted it meanwhile.</summary>
    Gone,
}

/// <summary>A step as it was seen.</summary>
/// <param name="EndedAt">Null while it runs.</param>
internal sealed record BootStep(string Words, DateTimeOffset StartedAt, DateTimeOffset? EndedAt = null, long? BytesDone = null, long? BytesTotal = null)
{
    public TimeSpan? Took => EndedAt - StartedAt;
    public double? Share => BytesTotal > 0 && BytesDone is { } done ? Math.Clamp((double)done / BytesTotal.Value, 0, 1) : null;
}

/// <summary>One instance on its way.</summary>
internal sealed record Boot
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public BootPhase Phase { get; init; } = BootPhase.Starting;
    public required IReadOnlyList<BootStep> Steps { get; init; }

    /// <summary>Why it failed, in the words of who refused.</summary>
    public string? Fault { get; init; }

    /// <summary>The driver host's stable code.</summary>
    public string? FaultCode { get; init; }

    /// <summary>Nova's last answer did not come: the phase is as it was.</summary>
    public string? Silent { get; init; }

    public bool IsOver => Phase != BootPhase.Starting;

    /// <summary>The step that took longest, once there are some to compare.</summary>
    public BootStep? Slowest => Steps.Count(s => s.Took is not null) < 2 ? null : Steps.Where(s => s.Took >= TimeSpan.FromSeconds(0.5)).MaxBy(s => s.Took);

    /// <summary>Sees a step: the same as the last goes on, another ends it.</summary>
    public Boot See(string words, DateTimeOffset at, long? done = null, long? total = null)
    {
        if (Steps.Count > 0 && Steps[^1] is { EndedAt: null } last)
        {
            return last.Words == words
                ? this with { Steps = [.. Steps.SkipLast(1), last with { BytesDone = done, BytesTotal = total }] }
                : this with { Steps = [.. Steps.SkipLast(1), last with { EndedAt = at }, new BootStep(words, at, null, done, total)] };
        }

        return this with { Steps = [.. Steps, new BootStep(words, at, null, done, total)] };
    }

    public Boot End(BootPhase phase, DateTimeOffset at) => this with
    {
        Phase = phase,
        Silent = null,
        Steps = Steps.Count > 0 && Steps[^1] is { EndedAt: null } last ? [.. Steps.SkipLast(1), last with { EndedAt = at }] : Steps,
    };
}
