using System.Globalization;
using Dashboard.Approvals;
using DriverHost.Client;

namespace Dashboard.Images;

public enum FindingWeight
{
    /// <summary>It can't boot.</summary>
    Bad,
    /// <summary>Worth a second look.</summary>
    Look,
    /// <summary>Good to know.</summary>
    Note,
}

/// <summary>Something about an image that stands out. Facts, no score.</summary>
public sealed record Finding(FindingWeight Weight, string What, string? Why = null);

/// <summary>Collects what stands out: what the driver host found, what changed since the approved one, what the record says.</summary>
internal static class Findings
{
    private const int FirstFreePort = 1024;

    /// <param name="diff">Against the nearest approved image; null without one.</param>
    /// <param name="since">That image's name.</param>
    public static IReadOnlyList<Finding> Of(ImageView image, ImageEvidence evidence, EvidenceDiff? diff = null, string? since = null)
    {
        var findings = new List<Finding>();
        findings.AddRange(evidence.Problems.Select(p => new Finding(FindingWeight.Bad, "It can't boot", p)));
        if (diff is not null)
        {
            AddChanges(findings, diff, since ?? "the approved one");
        }

        findings.AddRange(evidence.Notes.Select(n => new Finding(FindingWeight.Look, n)));
        var low = evidence.Ports.Where(IsLow).ToArray();
        if (low.Length > 0)
        {
            findings.Add(new(FindingWeight.Look, $"Names {(low.Length == 1 ? "a port" : "ports")} below {FirstFreePort}: {string.Join(", ", low)}.", "Elsewhere such ports are for root alone."));
        }

        var others = evidence.Tags.Where(t => !IsName(t, image.Name)).ToArray();
        if (others.Length > 0)
        {
            findings.Add(new(FindingWeight.Look, $"The archive calls itself {string.Join(", ", others.Take(5))}{(others.Length > 5 ? $" and {others.Length - 5} more" : "")}.", "Tags in an archive are never loaded."));
        }

        findings.Add(new(FindingWeight.Note, "Not scanned.", "No scanner is configured here. These are facts, not a verdict."));
        return findings;
    }

    /// <summary>A tag that agrees with the image's name; <c>:latest</c> may be left out.</summary>
    public static bool IsName(string tag, string name) => tag == name || tag == $"{name}:latest";

    private static void AddChanges(List<Finding> findings, EvidenceDiff diff, string since)
    {
        if (diff.Settings.FirstOrDefault(s => s is { Setting: EvidenceDiff.User, Weighty: true }) is { } user)
        {
            findings.Add(new(FindingWeight.Look, "Now runs as root.", $"{since} ran as {user.Removed[0]}."));
        }

        if (diff.Settings.FirstOrDefault(s => s is { Setting: EvidenceDiff.Ports, Added.Count: > 0 }) is { } ports)
        {
            findings.Add(new(FindingWeight.Look, $"New {(ports.Added.Count == 1 ? "port" : "ports")}: {string.Join(", ", ports.Added)}.", $"{since} did not name {(ports.Added.Count == 1 ? "it" : "them")}."));
        }

        if (diff.NewSetuidFiles > 0)
        {
            findings.Add(new(FindingWeight.Look, $"{diff.NewSetuidFiles} more setuid {(diff.NewSetuidFiles == 1 ? "file" : "files")} than {since}."));
        }

        if (diff.IsSmall)
        {
            findings.Add(new(FindingWeight.Note, $"The same settings as {since}.", diff.AddedBytes == 0 ? "And the same layers." : null));
        }
    }

    private static bool IsLow(string port) => int.TryParse(port.Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < FirstFreePort;
}
