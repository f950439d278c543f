using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using DriverHost.Client;
using DriverHost.Http;
using DriverHost.Ports;

namespace DriverHost.Containers;

/// <summary>What a spec must be before anything is done about it.</summary>
internal static partial class SpecRules
{
    private const int MostEnvironmentBytes = 128 * 1024;
    private const int MostWords = 1024;
    private const int MostKey = 16 * 1024;
    private const int MostUserData = 65_535;

    public static void Check(string id, InstanceSpec spec)
    {
        Require(IdText().IsMatch(id), "An instance id is 1 to 64 letters, digits, '-' or '_', and begins with a letter or digit.");
        Require(IdText().IsMatch(spec.ProjectId), "project_id is not an OpenStack id.");
        Require(IdText().IsMatch(spec.UserId), "user_id is not an OpenStack id.");
        Require(IdText().IsMatch(spec.ImageId), "image_id is not an OpenStack id.");
        Require(spec.Name.Length <= 255, "The name is longer than 255 characters.");
        Require(spec.Flavor.Vcpus is >= 1 and <= 1024, "The flavor must have 1 to 1024 vcpus.");
        Require(spec.Flavor.MemoryMb is >= 6 and <= 64 * 1024 * 1024, "The flavor must have at least 6 MiB of memory: the Docker engine's least.");
        Require(spec.Flavor.DiskGb >= 0, "The flavor's disk cannot be negative.");
        Require(spec.Network is "auto" or "none", "The network is 'auto' or 'none'.");
        Require(spec.Ports is null or [] || spec.Network == "none", "An instance with ports is on no other network: its network is 'none'.");
        PortRules.Check(spec.Ports ?? []);
        CheckWords("command", spec.Command);
        CheckWords("entrypoint", spec.Entrypoint);
        CheckEnvironment(spec.Environment);
        Require(spec.PublicKey is null || (spec.PublicKey.Length <= MostKey && !spec.PublicKey.Any(char.IsControl)), "public_key is one line as in authorized_keys.");
        Require(spec.UserData is null || (spec.UserData.Length <= MostUserData && Base64.IsValid(spec.UserData)), $"user_data is base64 of at most {MostUserData} characters.");
        if (spec.WorkingDirectory is { Length: > 0 } directory)
        {
            CheckWorkingDirectory(directory);
        }
    }

    public static void Check(SnapshotRequest request)
    {
        Require(IdText().IsMatch(request.ImageId), "image_id is not an OpenStack id.");
        Require(request.Name.Length <= 255, "The name is longer than 255 characters.");
    }

    /// <summary>A working directory under /proc, /sys or /dev can reach file handles of the host (CVE-2024-21626).</summary>
    public static void CheckWorkingDirectory(string directory)
    {
        Require(directory.StartsWith('/') && !directory.Contains('\0'), "The working directory must be an absolute path.");
        var parts = new Stack<string>();
        foreach (var part in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.TryPop(out _);
            }
            else if (part != ".")
            {
                parts.Push(part);
            }
        }

        Require(parts.LastOrDefault() is not ("proc" or "sys" or "dev"), $"The working directory {directory} is in one of the kernel's own folders. Choose another.");
    }

    private static void CheckEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var bytes = 0;
        foreach (var (name, value) in environment)
        {
            Require(VariableName().IsMatch(name), $"'{name}' is not a name for an environment variable: letters, digits and _ only, and no digit first.");
            Require(!value.Contains('\0'), $"The value of {name} contains a zero byte.");
            bytes += name.Length + Encoding.UTF8.GetByteCount(value) + 2;
        }

        Require(bytes <= MostEnvironmentBytes, "The environment is larger than 128 KiB.");
    }

    private static void CheckWords(string what, IReadOnlyList<string>? words)
    {
        Require(words is null || words.Count <= MostWords, $"The {what} has more than {MostWords} words.");
        Require(words is null || !words.Any(w => w is null || w.Contains('\0')), $"The {what} has a word with a zero byte.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw DriverFailure.Invalid(otherwise);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    private static partial Regex IdText();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();
}
