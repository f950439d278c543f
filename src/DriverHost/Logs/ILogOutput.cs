using DriverHost.Client;

namespace DriverHost.Logs;

/// <summary>Who takes what one viewing reads: a viewer that it is sent to, or the rules that judge it.</summary>
internal interface ILogOutput
{
    /// <summary>What was taken before, up to this line.</summary>
    void Resume(LogCursor last);

    /// <summary>Takes what the ring has from the place on, or waits for it.</summary>
    /// <returns>The place to go on at; null when the ring is complete and all was taken.</returns>
    Task<long?> SendAsync(LogRing ring, long place, LogKind? only, CancellationToken cancellationToken);

    /// <summary>All that was kept has been taken: from here on things are told as they happen.</summary>
    void EndKept();

    /// <param name="mark">What happened last, if it is not a line.</param>
    Task EndAsync(LogEnd ending, CancellationToken cancellationToken, byte[]? mark = null);
}
