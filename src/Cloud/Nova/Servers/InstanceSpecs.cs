using System.Text.Json;
using Cloud.Http;
using DriverHost.Client;

namespace Cloud.Nova.Servers;

/// <summary>Instance → what the driver host is asked to make. Command and environment come from metadata: Nova's API has no other place for them.</summary>
internal static class InstanceSpecs
{
    public const string Command = "docker:command";
    public const string Entrypoint = "docker:entrypoint";
    public const string WorkingDirectory = "docker:working_dir";
    public const string Environment = "env:";

    /// <summary>The same row gives the same spec, so that a spawn can be repeated.</summary>
    public static InstanceSpec Of(InstanceRow instance) => new()
    {
        ProjectId = instance.ProjectId,
        UserId = instance.UserId,
        Name = instance.Name,
        ImageId = instance.ImageId,
        Flavor = new FlavorSpec { Name = instance.FlavorName, Vcpus = instance.Vcpus, MemoryMb = instance.RamMb, DiskGb = instance.DiskGb, ExtraSpecs = instance.FlavorSpecs },
        Command = Words(instance.Metadata, Command) ?? (instance.ImageCommand is { } words ? JsonSerializer.Deserialize<List<string>>(words) : null),
        Entrypoint = Words(instance.Metadata, Entrypoint),
        WorkingDirectory = instance.Metadata.GetValueOrDefault(WorkingDirectory),
        Environment = instance.Metadata.Where(m => m.Key.StartsWith(Environment, StringComparison.Ordinal)).ToDictionary(m => m.Key[Environment.Length..], m => m.Value),
        Network = instance.Network,
        PublicKey = instance.PublicKey,
        UserData = instance.UserData,
        Metadata = instance.Metadata,
    };

    /// <summary>Refuses metadata that could not become a command.</summary>
    public static void Check(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (var key in (string[])[Command, Entrypoint])
        {
            try
            {
                Words(metadata, key);
            }
            catch (JsonException)
            {
                throw CloudFailure.Invalid($"The metadata '{key}' must be a JSON list of texts, for example [\"sh\", \"-c\", \"echo hello\"].");
            }
        }
    }

    private static List<string>? Words(IReadOnlyDictionary<string, string> metadata, string key)
    {
        if (!metadata.TryGetValue(key, out var text))
        {
            return null;
        }

        var words = JsonSerializer.Deserialize<List<string?>>(text);
        return words is null || words.Contains(null) ? throw new JsonException("There is a null where a text must be.") : words!.ConvertAll(word => word!);
    }
}
