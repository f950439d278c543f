namespace Dashboard.Images;

/// <summary>Who sees an image, in words.</summary>
internal static class ImageVisibility
{
    /// <summary>Narrowest first.</summary>
    public static readonly IReadOnlyList<string> All = ["private", "shared", "community", "public"];

    public static string Words(string? visibility) => visibility switch
    {
        "public" => "Everyone",
        "community" => "Everyone who knows its ID",
        "shared" => "This project and those it is shared with",
        "private" or null => "This project",
        _ => visibility,
    };

    /// <summary>For tables, where the words above are too long.</summary>
    public static string Short(string? visibility) => visibility switch
    {
        "public" => "Everyone",
        "community" => "By its ID",
        "shared" => "Shared",
        "private" or null => "Project",
        _ => visibility,
    };
}
