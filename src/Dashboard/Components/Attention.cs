namespace Dashboard.Components;

/// <summary>Something that needs a look.</summary>
/// <param name="What">"variant-caller was killed."</param>
/// <param name="Why">"Out of memory at 512 MiB, 3 min ago."</param>
/// <param name="Action">The one useful action's words, with <paramref name="Href"/>.</param>
public sealed record Attention(StateKind Kind, string What, string? Why = null, string? Action = null, string? Href = null);
