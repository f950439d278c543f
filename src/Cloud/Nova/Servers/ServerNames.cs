using System.Text;
using OpenStack.Nova;

namespace Cloud.Nova.Servers;

/// <summary>Names that Nova derives.</summary>
internal static class ServerNames
{
    /// <summary>The only availability zone.</summary>
    public const string Zone = "nova";

    /// <summary>A display name → a host name: letters, digits, hyphens, at most 63 (nova: utils.sanitize_hostname).</summary>
    public static string HostName(string name, string instanceId)
    {
        var text = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                text.Append(c);
            }
            else if (c is ' ' or '_' or '-' or '.' && text.Length > 0 && text[^1] != '-')
            {
                text.Append('-');
            }
        }

        var label = text.ToString(0, Math.Min(text.Length, 63)).Trim('-');
        return label.Length > 0 ? label : $"server-{instanceId}";
    }

    /// <summary>Tells whether a project's instances are on one host without naming it (nova: generate_hostid).</summary>
    public static string HostId(string projectId, string? host) =>
        host is null ? "" : ComputeHostId.Of(projectId, host);
}
