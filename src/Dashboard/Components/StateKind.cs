namespace Dashboard.Components;

/// <summary>The only seven states that the dashboard draws; look/README.md §4 says what each means.</summary>
public enum StateKind
{
    /// <summary>The engine says that it runs. Also "good".</summary>
    Running,
    /// <summary>An operation runs: starting, stopping, restarting, deleting. Also "information".</summary>
    Starting,
    Paused,
    /// <summary>Ended by itself with code 0, or stopped.</summary>
    Exited,
    /// <summary>Ended with another code, or was killed. Also "warning".</summary>
    Failed,
    /// <summary>Nova or the driver host refused it.</summary>
    Error,
    /// <summary>Nobody who knows has spoken lately.</summary>
    Unknown,
}

/// <summary>The name of a state in style sheets.</summary>
public static class StateKinds
{
    public static string Css(this StateKind kind) => kind switch
    {
        StateKind.Running => "running",
        StateKind.Starting => "starting",
        StateKind.Paused => "paused",
        StateKind.Exited => "exited",
        StateKind.Failed => "failed",
        StateKind.Error => "error",
        _ => "unknown",
    };
}
