using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

internal static partial class ContainersLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Undoing failed: {What}")]
    public static partial void UndoFailed(ILogger logger, Exception exception, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "Instance {InstanceId} runs as container {ContainerId}")]
    public static partial void Spawned(ILogger logger, string instanceId, string containerId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Spawning instance {InstanceId} failed: {Code}: {Words}")]
    public static partial void SpawnFailed(ILogger logger, Exception exception, string instanceId, string code, string words);

    [LoggerMessage(Level = LogLevel.Information, Message = "Instance {InstanceId} is deleted")]
    public static partial void Deleted(ILogger logger, string instanceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Operation} of instance {InstanceId} failed: {Words}")]
    public static partial void Failed(ILogger logger, Exception exception, string operation, string instanceId, string words);

    [LoggerMessage(Level = LogLevel.Information, Message = "Container {ContainerId} is taken back into the books as instance {InstanceId}")]
    public static partial void Adopted(ILogger logger, string containerId, string instanceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {ContainerId} was left over by an unfinished spawn and is removed")]
    public static partial void OrphanRemoved(ILogger logger, string containerId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {InstanceId}: {What} was interrupted by the end of the driver host and is cleaned up")]
    public static partial void Interrupted(ILogger logger, string instanceId, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What a failed operation left cannot be removed yet: {Words}")]
    public static partial void LeftoversStay(ILogger logger, Exception exception, string words);
}
