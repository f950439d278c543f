using System.Collections.Immutable;
using Dashboard.Components;
using Dashboard.Images;
using OpenStack.Glance;

namespace Dashboard.Instances;

/// <summary>What is known at one moment. Never changed, only replaced.</summary>
internal sealed record LiveState
{
    public static readonly LiveState Nothing = new();

    /// <summary>Nova has answered, and every driver host has told what it knows, or is known to be silent: no state is guessed before.</summary>
    public bool Loaded => Begun && Whole;

    /// <summary>The same of the newest instances at least: the others are on their way.</summary>
    public bool Begun => NovaAt is not null && Links.Told;

    /// <summary>False while Nova has named only the newest.</summary>
    public bool Whole { get; init; }

    /// <summary>Why Nova's last answer did not come; the older facts stay.</summary>
    public Problem? Problem { get; init; }

    /// <summary>When Nova last answered.</summary>
    public DateTimeOffset? NovaAt { get; init; }
    public HostLinks Links { get; init; } = HostLinks.None;

    /// <summary>The links to all driver hosts as one.</summary>
    public HostLink Link => Links.Whole;

    /// <summary>By instance id.</summary>
    public ImmutableDictionary<string, InstanceFacts> Instances { get; init; } = ImmutableDictionary<string, InstanceFacts>.Empty;

    /// <summary>By image id. What Glance does not know (any more) is missing.</summary>
    public ImmutableDictionary<string, Image> Images { get; init; } = ImmutableDictionary<string, Image>.Empty;
    public People People { get; init; } = People.None;
}
