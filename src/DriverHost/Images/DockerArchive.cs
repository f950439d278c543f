using System.Text.Json;
using DriverHost.Client;

namespace DriverHost.Images;

/// <summary>One verified layer, where it lies in the archive.</summary>
/// <param name="Packed">The bytes in the archive are gzip.</param>
/// <param name="Size">Unpacked.</param>
internal sealed record VerifiedLayer(ArchivePart Part, bool Packed, string DiffId, long Size, int Files, int SetuidFiles, int Devices);

/// <summary>What a docker archive turned out to hold. Filled as the reader goes: after a refusal it holds what was read before.</summary>
internal sealed class DockerArchive
{
    public IReadOnlyList<string> Tags { get; set; } = [];
    /// <summary>Of the config's bytes in the archive.</summary>
    public string? ConfigDigest { get; set; }
    public JsonElement Config { get; set; }
    public List<VerifiedLayer> Layers { get; } = [];
    /// <summary>Worth a look, not wrong.</summary>
    public List<string> Notes { get; } = [];

    public string? Architecture => Text(Config, "architecture");
    public string? Os => Text(Config, "os");
    public DateTimeOffset? Created => Time(Config);
    /// <summary>The part of the config that says how a container of it runs.</summary>
    public JsonElement Run => Member(Config, "config");
    public string User => Text(Run, "User") ?? "";
    public string WorkingDirectory => Text(Run, "WorkingDir") ?? "";
    public IReadOnlyList<string> Entrypoint => Texts(Member(Run, "Entrypoint"));
    public IReadOnlyList<string> Command => Texts(Member(Run, "Cmd"));
    public IReadOnlyList<string> Environment => Texts(Member(Run, "Env"));
    public IReadOnlyList<string> Ports => Names(Member(Run, "ExposedPorts"));
    public IReadOnlyList<string> Volumes => Names(Member(Run, "Volumes"));
    public string? StopSignal => Text(Run, "StopSignal");

    public IReadOnlyDictionary<string, string> Labels => Member(Run, "Labels") is { ValueKind: JsonValueKind.Object } labels
        ? labels.EnumerateObject().ToDictionary(l => l.Name, l => l.Value.ValueKind == JsonValueKind.String ? l.Value.GetString()! : l.Value.ToString())
        : new Dictionary<string, string>();

    public IReadOnlyList<HistoryEvidence> History => Member(Config, "history") is { ValueKind: JsonValueKind.Array } history
        ? [.. history.EnumerateArray().Where(h => h.ValueKind == JsonValueKind.Object).Select(h => new HistoryEvidence(Time(h), Cut(Text(h, "created_by") ?? ""), Member(h, "empty_layer").ValueKind == JsonValueKind.True))]
        : [];

    public IReadOnlyList<string> DiffIds => Texts(Member(Member(Config, "rootfs"), "diff_ids"));

    public static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw new ArchiveRefused("The image's config has a list of texts with something else in it."))]
        : [];

    private static IReadOnlyList<string> Names(JsonElement set) => set.ValueKind == JsonValueKind.Object ? [.. set.EnumerateObject().Select(p => p.Name)] : [];

    private static DateTimeOffset? Time(JsonElement element) =>
        Member(element, "created") is { ValueKind: JsonValueKind.String } created && created.TryGetDateTimeOffset(out var time) ? time : null;

    private static string Cut(string text) => text.Length <= 1024 ? text : text[..1024];
}
