using Microsoft.Extensions.Logging;

namespace DriverHost.Snapshots;

internal static partial class SnapshotsLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Instance {InstanceId} was copied into image {ImageId}")]
    public static partial void Taken(ILogger logger, string instanceId, string imageId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine's copy {Reference} could not be removed; the next start does it")]
    public static partial void TagLeft(ILogger logger, Exception exception, string reference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot of instance {InstanceId} into image {ImageId} was interrupted by the end of the driver host and is undone")]
    public static partial void Undone(ILogger logger, string instanceId, string imageId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The interrupted snapshot in image {ImageId} cannot be settled yet: {Words}")]
    public static partial void SettleLater(ILogger logger, string imageId, string words);

    [LoggerMessage(Level = LogLevel.Error, Message = "The interrupted snapshot in image {ImageId} cannot be settled: {Words}")]
    public static partial void NotSettled(ILogger logger, string imageId, string words);
}
