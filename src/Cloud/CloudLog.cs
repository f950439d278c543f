using Microsoft.Extensions.Logging;

namespace Cloud;

internal static partial class CloudLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly")]
    public static partial void UnexpectedFailure(ILogger logger, Exception exception, string method, string path);
}
