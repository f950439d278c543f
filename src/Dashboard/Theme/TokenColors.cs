namespace Dashboard.Theme;

/// <summary>The colours of tokens.css that MudBlazor needs: its palettes take colours, not CSS variables. A test holds the two files together.</summary>
internal sealed record TokenColors
{
    public required string Accent { get; init; }
    public required string OnAccent { get; init; }
    public required string AccentHover { get; init; }
    public required string Ink2 { get; init; }
    public required string Surface { get; init; }
    public required string Ink { get; init; }
    public required string Paused { get; init; }
    public required string Starting { get; init; }
    public required string Running { get; init; }
    public required string Failed { get; init; }
    public required string Error { get; init; }
    public required string Bg { get; init; }
    public required string Sunken { get; init; }
    public required string InkOff { get; init; }
    public required string Line { get; init; }
    public required string LineStrong { get; init; }
    public required string Hover { get; init; }
    public required string Skeleton { get; init; }
    public required string Shade { get; init; }

    public static TokenColors Light { get; } = new()
    {
        Accent = "#3448c5",
        OnAccent = "#ffffff",
        AccentHover = "#2a3aa6",
        Ink2 = "#48534f",
        Surface = "#ffffff",
        Ink = "#131a17",
        Paused = "#78399b",
        Starting = "#05628a",
        Running = "#0e6b39",
        Failed = "#854800",
        Error = "#ae1f1b",
        Bg = "#f4f6f5",
        Sunken = "#eef1f0",
        InkOff = "#8b9590",
        Line = "#dde2e0",
        LineStrong = "#7d8783",
        Hover = "#f3f5f8",
        Skeleton = "#e6eae8",
        Shade = "rgba(15,22,20,0.42)",
    };

    public static TokenColors Dark { get; } = new()
    {
        Accent = "#a1afff",
        OnAccent = "#10163a",
        AccentHover = "#b9c3ff",
        Ink2 = "#afb9b5",
        Surface = "#141918",
        Ink = "#e7ecea",
        Paused = "#d6a8f2",
        Starting = "#6bc5ee",
        Running = "#69d596",
        Failed = "#f2b765",
        Error = "#ff938a",
        Bg = "#0d1110",
        Sunken = "#1b2120",
        InkOff = "#66706c",
        Line = "#2a3230",
        LineStrong = "#6f7a76",
        Hover = "#1c2225",
        Skeleton = "#232a28",
        Shade = "rgba(0,0,0,0.58)",
    };

    public static TokenColors HighContrastLight { get; } = new()
    {
        Accent = "#0a1c9e",
        OnAccent = "#ffffff",
        AccentHover = "#000f73",
        Ink2 = "#141414",
        Surface = "#ffffff",
        Ink = "#000000",
        Paused = "#561a76",
        Starting = "#00405c",
        Running = "#00471f",
        Failed = "#5c3200",
        Error = "#860b08",
        Bg = "#ffffff",
        Sunken = "#ffffff",
        InkOff = "#595959",
        Line = "#4a4a4a",
        LineStrong = "#000000",
        Hover = "#e8ebff",
        Skeleton = "#d0d0d0",
        Shade = "rgba(0,0,0,0.6)",
    };

    public static TokenColors HighContrastDark { get; } = new()
    {
        Accent = "#ffe14d",
        OnAccent = "#000000",
        AccentHover = "#fff0a3",
        Ink2 = "#f0f0f0",
        Surface = "#000000",
        Ink = "#ffffff",
        Paused = "#e9c2ff",
        Starting = "#85dcff",
        Running = "#7dffae",
        Failed = "#ffcf85",
        Error = "#ffb3ad",
        Bg = "#000000",
        Sunken = "#000000",
        InkOff = "#a3a3a3",
        Line = "#9a9a9a",
        LineStrong = "#ffffff",
        Hover = "#1b1f3d",
        Skeleton = "#333333",
        Shade = "rgba(0,0,0,0.8)",
    };
}
