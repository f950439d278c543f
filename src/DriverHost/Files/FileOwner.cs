using System.Globalization;
using DriverHost.Http;

namespace DriverHost.Files;

/// <summary>Whom a file that is copied in belongs to, in the numbers of the instance.</summary>
/// <param name="Why">See <see cref="Client.FileWritten"/>.</param>
internal sealed record FileOwner(int Uid, int Gid, string Why)
{
    public static FileOwner Root { get; } = new(0, 0, "root");

    /// <summary>Where the owner's own files are: an absolute path. Root's where the instance's files know no such user.</summary>
    public string Home { get; init; } = "/root";

    /// <param name="text"><c>uid:gid</c> in numbers, each at most 2,147,483,647.</param>
    /// <exception cref="DriverFailure">400: it says what is wrong.</exception>
    public static FileOwner Of(string text) =>
        text.Split(':') is [var uid, var gid] && Number(uid) is { } user && Number(gid) is { } group ? new FileOwner(user, group, "asked")
            : throw DriverFailure.Invalid($"owner is two numbers, user and group, for example 1000:1000; each at most {int.MaxValue}. Names are not looked up.");

    /// <summary>Finds whom an instance's process runs as. What its files say is anybody's words.</summary>
    /// <param name="user">As in the container's configuration: empty, <c>user</c> or <c>user:group</c>, each a name or a number.</param>
    /// <param name="passwd">Its <c>/etc/passwd</c>.</param>
    /// <param name="groups">Its <c>/etc/group</c>.</param>
    /// <returns>Root when it names none, or one that the instance's files do not know.</returns>
    public static FileOwner Find(string? user, string passwd, string groups)
    {
        if ((user ?? "").Split(':') is not { Length: 1 or 2 } parts)
        {
            return Root;
        }

        var name = parts[0].Length > 0 ? parts[0] : "0";
        var number = Number(name);
        var entry = Entry(passwd, fields => number is null ? fields[0] == name : Number(fields[2]) == number);
        var uid = number ?? (entry is null ? null : Number(entry[2]));
        var gid = parts.Length == 1 ? Number(entry?.ElementAtOrDefault(3) ?? "0") : Number(parts[1]) ?? (Entry(groups, fields => fields[0] == parts[1]) is { } found ? Number(found[2]) : null);
        return uid is null || gid is null ? Root : new FileOwner(uid.Value, gid.Value, uid == 0 && gid == 0 ? Root.Why : "user") { Home = HomeOf(uid.Value, entry) };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Uid}:{Gid}");

    private static string HomeOf(int uid, string[]? entry) =>
        entry?.ElementAtOrDefault(5) is { } home && IsPlain(home) ? home.TrimEnd('/') : uid == 0 || entry is null ? Root.Home : $"/home/{uid}";

    private static bool IsPlain(string home) =>
        home is ['/', _, ..] && home.Length < 256 && !home.Any(char.IsControl) && home.Split('/', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } parts && !parts.Any(p => p is "." or "..");

    private static string[]? Entry(string file, Predicate<string[]> fits) => file.Split('\n').Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 2 && fits(fields));

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
