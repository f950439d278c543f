namespace Dashboard.Launch;

/// <summary>A field of the launch form; <see cref="LaunchFields.Id"/> is its element.</summary>
internal enum LaunchField
{
    Image,
    Flavor,
    Name,
    Count,
    Entrypoint,
    Command,
    WorkingDirectory,
    Environment,
    Network,
    KeyPair,
    Description,
}

internal static class LaunchFields
{
    public static string Id(this LaunchField field) => $"launch-{field.ToString().ToLowerInvariant()}";
}

/// <summary>What the form holds, as it was typed.</summary>
internal sealed class LaunchDraft
{
    public const string AutoNetwork = "auto";
    public const string NoNetwork = "none";

    public string? ImageId { get; set; }
    public string? FlavorId { get; set; }
    public string Name { get; set; } = "";

    /// <summary>A name that a person wrote is never replaced.</summary>
    public bool NameTyped { get; set; }
    public int Count { get; set; } = 1;

    /// <summary>Shell words or a JSON list; empty keeps the image's own.</summary>
    public string Entrypoint { get; set; } = "";
    public string Command { get; set; } = "";
    public string WorkingDirectory { get; set; } = "";
    public string Environment { get; set; } = "";

    /// <summary><see cref="AutoNetwork"/> or <see cref="NoNetwork"/>.</summary>
    public string Network { get; set; } = AutoNetwork;
    public string? KeyPair { get; set; }

    /// <summary>An availability zone; null leaves it to Nova.</summary>
    public string? Zone { get; set; }
    public string Description { get; set; } = "";

    /// <summary>Metadata that the form has no field for: of the server that this one is to be like.</summary>
    public IReadOnlyDictionary<string, string> OtherMetadata { get; set; } = new Dictionary<string, string>();

    /// <summary>How many of the settings for the process are not the image's own.</summary>
    public int Overrides =>
        new[] { Entrypoint, Command, WorkingDirectory }.Count(t => t.Trim().Length > 0) + EnvironmentText.Parse(Environment).Variables.Count;
}

/// <summary>Keeps the last draft of this circuit, so that leaving the form loses nothing.</summary>
internal sealed class LaunchDrafts(TimeProvider time)
{
    public LaunchDraft? Kept { get; private set; }
    public DateTimeOffset KeptAt { get; private set; }

    public void Keep(LaunchDraft draft)
    {
        Kept = draft;
        KeptAt = time.GetUtcNow();
    }

    public void Forget() => Kept = null;
}
