namespace Cloud.Nova.Actions;

/// <summary>What an action is called in the list of a server's actions (nova: instance_actions.py).</summary>
internal static class ActionNames
{
    public const string Create = "create";
    public const string Delete = "delete";
    public const string Start = "start";
    public const string Stop = "stop";
    public const string Reboot = "reboot";
    public const string Pause = "pause";
    public const string Unpause = "unpause";
    public const string CreateImage = "createImage";
    public const string Lock = "lock";
    public const string Unlock = "unlock";
    /// <summary>Not nova's: the process ended by itself. Its message says how.</summary>
    public const string Exit = "exit";
}
