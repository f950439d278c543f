using System.Globalization;
using Dashboard.Components;

namespace Dashboard.Launch;

/// <summary>The openstack command that does what the form does.</summary>
internal static class LaunchCommand
{
    // The stock client speaks 2.1 unless told: "no network" came with 2.37.
    private const string WithoutNetwork = "openstack --os-compute-api-version 2.37 server create";

    /// <summary>The shortest that works, as an example.</summary>
    public static string Example(string image, string flavor, string name, bool ownNetwork, string between = " ") => string.Join(
        between, [ownNetwork ? "openstack server create" : WithoutNetwork, $"--image {image}", $"--flavor {flavor}", .. ownNetwork ? Array.Empty<string>() : ["--nic none"], name]);

    /// <summary>One option a line, each line but the last ended by a backslash: a shell takes it as it stands.</summary>
    public static string Write(LaunchSpec spec, LaunchFacts facts)
    {
        var draft = spec.Draft;
        var parts = new List<string> { "openstack server create" };
        // Descriptions came with 2.19.
        if (draft.Network == LaunchDraft.NoNetwork || draft.Description.Trim().Length > 0)
        {
            parts[0] = WithoutNetwork;
        }

        Add("--image", ImageName(draft.ImageId, facts));
        Add("--flavor", facts.Flavor(draft.FlavorId)?.Name ?? draft.FlavorId ?? "FLAVOR");
        if (draft.Network == LaunchDraft.NoNetwork)
        {
            Add("--nic", "none");
        }

        if (draft.KeyPair is not null)
        {
            Add("--key-name", draft.KeyPair);
        }

        if (draft.Zone is not null)
        {
            Add("--availability-zone", draft.Zone);
        }

        if (draft.Description.Trim() is { Length: > 0 } description)
        {
            Add("--description", description);
        }

        foreach (var (key, value) in spec.Metadata)
        {
            Add("--property", $"{key}={value}");
        }

        if (draft.Count > 1)
        {
            var count = draft.Count.ToString(CultureInfo.InvariantCulture);
            parts.Add($"--min {count} --max {count}");
        }

        var name = draft.Name.Trim() is { Length: > 0 } typed ? typed : "NAME";
        parts.Add(name.StartsWith('-') ? $"-- {ShellWords.Quote(name)}" : ShellWords.Quote(name));
        return string.Join(" \\\n  ", parts);

        void Add(string option, string value) =>
            // A value that begins with a dash would be read as an option.
            parts.Add(value.StartsWith('-') ? $"{option}={ShellWords.Quote(value)}" : $"{option} {ShellWords.Quote(value)}");
    }

    /// <summary>The name when it means one image only and reads as it is written, else the id.</summary>
    private static string ImageName(string? id, LaunchFacts facts) =>
        facts.Image(id) is { Image.Name: { Length: > 0 } name } && facts.Images.Count(i => i.Image.Name == name) == 1 && Visible.Of(name) == name ? name : id ?? "IMAGE";
}
