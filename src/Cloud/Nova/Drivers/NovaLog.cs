using Microsoft.Extensions.Logging;

namespace Cloud.Nova.Drivers;

internal static partial class NovaLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Instance {Instance} runs")]
    public static partial void Spawned(ILogger logger, string instance);

    [LoggerMessage(Level = LogLevel.Information, Message = "Instance {Instance} is deleted")]
    public static partial void Deleted(ILogger logger, string instance);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Action} of instance {Instance} failed: {Words}")]
    public static partial void Failed(ILogger logger, string action, string instance, string words);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Action} of instance {Instance} waits for the compute host: {Words}")]
    public static partial void HostLost(ILogger logger, string action, string instance, string words);

    [LoggerMessage(Level = LogLevel.Information, Message = "The compute host {Host} is up with {Count} instances")]
    public static partial void HostUp(ILogger logger, string host, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The compute host is down: {Words}")]
    public static partial void HostDown(ILogger logger, string words);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The compute host has instance {Instance}, which is in no book here. It is left alone")]
    public static partial void Unknown(ILogger logger, string instance);
}
