namespace Dashboard.ApiAccess;

/// <summary>What a client needs to sign in as the viewer does, but the password.</summary>
internal sealed record ApiFacts
{
    /// <summary>Keystone's address, with its version.</summary>
    public required Uri AuthUrl { get; init; }
    public required string UserName { get; init; }
    public required string UserDomain { get; init; }
    public required string ProjectId { get; init; }
    public required string ProjectName { get; init; }
    public required string ProjectDomain { get; init; }
    public string? Region { get; init; }
    public IReadOnlyList<string> Roles { get; init; } = [];
    public IReadOnlyList<ApiEndpoint> Endpoints { get; init; } = [];

    /// <summary>Whether an instance gets a network without being asked which: see <see cref="Launch.LaunchFacts.OwnNetwork"/>.</summary>
    public bool OwnNetwork => !Endpoints.Any(e => e.Type == "network");

    /// <summary>The project's name as it may stand in a file's name.</summary>
    public string FileName
    {
        get
        {
            var plain = string.Concat(ProjectName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')).Trim('-');
            return plain.Length > 0 ? plain : "project";
        }
    }

    public string OpenRcName => $"{FileName}-openrc.sh";
}

/// <summary>A public address of the catalog.</summary>
/// <param name="Type">identity, image, compute.</param>
internal sealed record ApiEndpoint(string Type, string Name, string Url, string? Region);
