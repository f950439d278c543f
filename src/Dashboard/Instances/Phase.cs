namespace Dashboard.Instances;

/// <summary>Where an instance stands, as far as actions are concerned.</summary>
public enum Phase
{
    /// <summary>The first start is under way.</summary>
    Building,
    Running,
    Paused,
    Stopped,
    /// <summary>An operation runs; it is named beside.</summary>
    Busy,
    Deleting,
    /// <summary>Nova or the driver host gave up on it.</summary>
    Broken,
    /// <summary>Somebody removed its container.</summary>
    Missing,
    /// <summary>Nobody who knows has spoken lately.</summary>
    Unknown,
    /// <summary>A state of Nova that this dashboard has no actions for: suspended, shelved …</summary>
    Other,
}
