using Dashboard.Components;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Images;

/// <summary>What the image pages need of the cloud, with the user's own token.</summary>
internal interface IImageCloud
{
    Viewer Viewer { get; }
    IGlanceApi Glance { get; }
    INovaApi Nova { get; }

    /// <summary>The names of users and projects, as far as the viewer may know them.</summary>
    Task<People> GetPeopleAsync(CancellationToken cancellationToken);
}

/// <summary>Who looks, and what to offer. What is allowed is decided by the cloud.</summary>
public sealed record Viewer(string UserId, string UserName, string ProjectId, string ProjectName, bool IsAdministrator, bool MayChange);

/// <summary>Names by id.</summary>
internal sealed record People(IReadOnlyDictionary<string, string> Users, IReadOnlyDictionary<string, string> Projects)
{
    public static readonly People None = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>The name, else the id, cut short.</summary>
    public string? User(string? id) => Name(Users, id);

    public string? Project(string? id) => Name(Projects, id);

    private static string? Name(IReadOnlyDictionary<string, string> names, string? id) =>
        id is null ? null : names.TryGetValue(id, out var name) ? Visible.Of(name) : id.Length > 12 ? id[..12] : id;
}
