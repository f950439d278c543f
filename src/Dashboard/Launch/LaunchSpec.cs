using OpenStack.Nova;

namespace Dashboard.Launch;

/// <summary>The draft, read: what Nova will be asked for, and what of it can't be read.</summary>
/// <param name="Errors">Worst first, each with the field to go to.</param>
internal sealed record LaunchSpec(
    LaunchDraft Draft, IReadOnlyDictionary<string, string> Metadata, EnvironmentText Environment, IReadOnlyList<(LaunchField Field, string Words)> Errors)
{
    public const string CommandKey = "docker:command";
    public const string EntrypointKey = "docker:entrypoint";
    public const string WorkingDirectoryKey = "docker:working_dir";
    public const string VariablePrefix = "env:";

    /// <summary>Nova's quota of metadata items, unless an operator changed it.</summary>
    private const int MostMetadata = 128;

    public static LaunchSpec Read(LaunchDraft draft)
    {
        var errors = new List<(LaunchField, string)>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in draft.OtherMetadata)
        {
            metadata[key] = value;
        }

        Words(LaunchField.Entrypoint, EntrypointKey, draft.Entrypoint, "entrypoint");
        Words(LaunchField.Command, CommandKey, draft.Command, "command");
        var directory = draft.WorkingDirectory.Trim();
        if (directory.Length > 0)
        {
            metadata[WorkingDirectoryKey] = directory;
            if (!directory.StartsWith('/'))
            {
                errors.Add((LaunchField.WorkingDirectory, "The working directory must begin with /."));
            }
            else if (directory.Length > EnvironmentText.LongestValue)
            {
                errors.Add((LaunchField.WorkingDirectory, $"The working directory is longer than the {EnvironmentText.LongestValue} characters that Nova keeps."));
            }
        }

        var environment = EnvironmentText.Parse(draft.Environment);
        foreach (var (name, value) in environment.Variables)
        {
            metadata[VariablePrefix + name] = value;
        }

        errors.AddRange(environment.Errors.Select(e => (LaunchField.Environment, $"Line {e.Line}: {e.Words}")));
        if (metadata.Count > MostMetadata)
        {
            errors.Add((LaunchField.Environment, $"{metadata.Count} settings are more than the {MostMetadata} that Nova keeps for an instance."));
        }

        return new LaunchSpec(draft, metadata, environment, errors);

        void Words(LaunchField field, string key, string text, string what)
        {
            var (words, error) = ShellWords.Read(text);
            if (error is not null)
            {
                errors.Add((field, error));
            }
            else if (words.Count > 0)
            {
                metadata[key] = ShellWords.ToJson(words);
                if (metadata[key].Length > EnvironmentText.LongestValue)
                {
                    errors.Add((field, $"The {what} takes {metadata[key].Length} characters; Nova keeps {EnvironmentText.LongestValue} at most. Put it into the image, or into a variable."));
                }
            }
        }
    }

    /// <summary>The body for Nova. Only what differs from the defaults is sent.</summary>
    public CreateServer ToRequest() => new()
    {
        Name = Draft.Name.Trim(),
        ImageRef = Draft.ImageId!,
        FlavorRef = Draft.FlavorId!,
        Networks = Draft.Network,
        KeyName = Draft.KeyPair,
        AvailabilityZone = Draft.Zone,
        Description = Draft.Description.Trim() is { Length: > 0 } description ? description : null,
        Metadata = Metadata.Count > 0 ? Metadata : null,
        MinCount = Draft.Count > 1 ? Draft.Count : null,
        MaxCount = Draft.Count > 1 ? Draft.Count : null,
    };
}
