using Microsoft.Extensions.Logging;

namespace Cloud.Glance;

internal static partial class GlanceLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Glance cleaned up after a crash: {Broken} broken uploads wait for their data again, {Removed} leftover files removed")]
    public static partial void CleanedUp(ILogger logger, int broken, int removed);

    [LoggerMessage(Level = LogLevel.Error, Message = "The image data {Sha512} is missing from the data folder. Restore it from a backup or delete the images that hold it")]
    public static partial void FileMissing(ILogger logger, string sha512);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Program} was not found, so there is no demonstration image. Install the package busybox-static and start again to get it")]
    public static partial void NoBusybox(ILogger logger, string program);
}
