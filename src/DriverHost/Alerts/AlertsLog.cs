using Microsoft.Extensions.Logging;

namespace DriverHost.Alerts;

internal static partial class AlertsLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The alert rules of instance {Instance} were interrupted; they go on from what is written")]
    public static partial void Interrupted(ILogger logger, Exception exception, string instance);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The instances with alert rules cannot be watched now; trying again")]
    public static partial void NotWatched(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notices cannot be sent now; trying again")]
    public static partial void NotSent(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Notice {Firing} of instance {Instance} is not delivered: {Words}")]
    public static partial void Failed(ILogger logger, long firing, string instance, string words);
}
