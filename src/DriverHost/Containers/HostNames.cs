using System.Text;

namespace DriverHost.Containers;

/// <summary>Any display name to an RFC 1123 label.</summary>
internal static class HostNames
{
    public static string From(string name, string instanceId)
    {
        var text = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                text.Append(char.ToLowerInvariant(c));
            }
            else if (c < 128 && text.Length > 0 && text[^1] != '-')
            {
                text.Append('-');
            }
        }

        var label = text.ToString().Trim('-');
        label = label.Length > 63 ? label[..63].TrimEnd('-') : label;
        return label.Length > 0 ? label : $"instance-{(instanceId.Length > 8 ? instanceId[..8] : instanceId).ToLowerInvariant()}";
    }
}
