using System.Globalization;
using Dashboard.Components;

namespace Dashboard.Hosts;

/// <summary>The instances of all projects that are on one compute host, by Nova's word.</summary>
/// <param name="Count">Of those that Nova listed at once.</param>
/// <param name="More">There are more than that.</param>
internal sealed record HostLoad(int Count, IReadOnlyList<string> Names, bool More = false)
{
    private const int MostNames = 5;

    /// <summary>Who is affected by what happens to the host: "3 instances are there: web-1, web-2, db."</summary>
    public string Words => Count == 0
        ? "No instance is there."
        : string.Create(CultureInfo.InvariantCulture, $"{(More ? "More than " : "")}{Count} {(Count == 1 ? "instance is" : "instances are")} there: {string.Join(", ", Names.Take(MostNames).Select(Visible.Of))}{(Count > MostNames ? $" and {(More ? "others" : $"{Count - MostNames} more")}" : "")}.");
}
