namespace DriverHost.Docker;

/// <summary>How long the engine may take, so that one that hangs holds nobody for ever.</summary>
/// <param name="Short">For the whole answer of a call that only asks or changes little.</param>
/// <param name="Long">Until the answer begins, for calls that move an image or copy a container's files.</param>
/// <param name="Pulse">Between two looks whether it is alive. It counts as gone when a look is not answered in three times that.</param>
internal sealed record EnginePatience(TimeSpan Short, TimeSpan Long, TimeSpan Pulse)
{
    public static readonly EnginePatience Default = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(5));
}
