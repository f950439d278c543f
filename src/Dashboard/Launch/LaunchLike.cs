using OpenStack.Nova;

namespace Dashboard.Launch;

/// <summary>"Boot again like this": a draft from a server, alive or dead.</summary>
internal static class LaunchLike
{
    public static LaunchDraft Of(Server server, LaunchFacts facts)
    {
        var own = server.Metadata.ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
        return new LaunchDraft
        {
            ImageId = server.Image?.Id,
            FlavorId = FlavorOf(server, facts)?.Id,
            Name = LaunchNames.After(server.Name, facts.Servers.Select(s => s.Name).ToHashSet(StringComparer.Ordinal)),
            NameTyped = true,
            Entrypoint = Take(LaunchSpec.EntrypointKey) is { } entrypoint ? ShellWords.FromJson(entrypoint) ?? entrypoint : "",
            Command = Take(LaunchSpec.CommandKey) is { } command ? ShellWords.FromJson(command) ?? command : "",
            WorkingDirectory = Take(LaunchSpec.WorkingDirectoryKey) ?? "",
            Environment = EnvironmentText.Write(Variables().OrderBy(v => v.Key, StringComparer.Ordinal)),
            Network = HasNoNetwork(server) ? LaunchDraft.NoNetwork : facts.DefaultNetwork,
            KeyPair = facts.KeyPairs.Any(k => k.Name == server.KeyName) ? server.KeyName : null,
            // Nova writes the name into an absent description.
            Description = server.Description == server.Name ? "" : server.Description ?? "",
            OtherMetadata = own,
        };

        string? Take(string key) => own.Remove(key, out var value) ? value : null;

        List<KeyValuePair<string, string>> Variables()
        {
            var variables = own.Where(m => m.Key.StartsWith(LaunchSpec.VariablePrefix, StringComparison.Ordinal)).ToList();
            foreach (var (key, _) in variables)
            {
                own.Remove(key);
            }

            return [.. variables.Select(v => KeyValuePair.Create(v.Key[LaunchSpec.VariablePrefix.Length..], v.Value))];
        }
    }

    // A server bears its flavor's values, not its id; the flavor may have been changed or deleted since.
    private static Flavor? FlavorOf(Server server, LaunchFacts facts) =>
        server.Flavor is not { } used ? null
        : facts.Flavors.FirstOrDefault(f => f.Name == used.OriginalName) ?? facts.Flavors.FirstOrDefault(f => f.Vcpus == used.Vcpus && f.Ram == used.Ram && f.Disk == used.Disk);

    // Only of a server that runs is it known: the others have no address either.
    private static bool HasNoNetwork(Server server) => server.Status == "ACTIVE" && server.Addresses.Count == 0;
}
