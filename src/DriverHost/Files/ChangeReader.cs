using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriverHost.Client;
using DriverHost.Docker;
using DriverHost.Http;

namespace DriverHost.Files;

/// <summary>
/// How a container's files differ from its image's. What differs is the engine's word, for it knows the layers below; sizes are looked up in the layer
/// on top. The answer is read as it comes and dropped after <see cref="Most"/>, so that no container can fill this process's memory with names.
/// </summary>
internal sealed class ChangeReader(Engine engine, DriverHostOptions options, TimeProvider time, int most = ChangeReader.Most) : IDisposable
{
    public const int Most = 20_000;

    /// <summary>The engine walks the whole layer before its first word.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int AtATime = 2;
    private readonly SemaphoreSlim _atATime = new(AtATime, AtATime);
    private readonly HttpClient _http = DriverHostClient.CreateHttp(options.DockerEndpoint);

    /// <exception cref="DriverFailure">503 <c>too_slow</c>: the engine needs longer than <see cref="Patience"/>.</exception>
    public async Task<ChangeList> ReadAsync(string container, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(Patience);
        try
        {
            await _atATime.WaitAsync(ending.Token);
            try
            {
                return await ReadNowAsync(container, ending.Token);
            }
            finally
            {
                _atATime.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DriverFailure(503, "too_slow", $"The engine needs longer than {Patience.TotalSeconds:0} seconds to compare the files: there are very many, or the host is busy. Try again later.");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _atATime.Dispose();
    }

    private async Task<ChangeList> ReadNowAsync(string container, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        var inspect = await client.Containers.InspectContainerAsync(container, cancellationToken);
        var found = await AskAsync(container, cancellationToken);
        var more = found.Count > most;
        var told = WithoutTheEnginesOwn(found.Take(most)).OrderBy(c => c.Path, StringComparer.Ordinal);

        using var upper = LayerFolder.TryOpen(inspect.GraphDriver?.Data is { } data && data.TryGetValue("UpperDir", out var folder) ? folder : null);
        var mounted = (inspect.Mounts ?? []).Select(m => new OutsideFolder(m.Destination, m.Type is "volume" or "tmpfs" ? m.Type : "bind"));
        var memory = (inspect.HostConfig?.Tmpfs?.Keys ?? []).Append("/dev/shm").Select(path => new OutsideFolder(path, "tmpfs"));
        return new ChangeList
        {
            At = time.GetUtcNow(),
            Changes = [.. told.Select(c => Record(c, upper))],
            More = more,
            SizesKnown = upper is not null,
            Outside = [.. mounted.Concat(memory).DistinctBy(o => o.Path).OrderBy(o => o.Path, StringComparer.Ordinal)],
        };
    }

    /// <summary>The engine mounts its init into every container, on a file that it makes for that: nobody's change.</summary>
    private static List<EngineChange> WithoutTheEnginesOwn(IEnumerable<EngineChange> found)
    {
        var others = found.Where(c => c.Path != "/sbin/docker-init").ToList();
        return others.Exists(c => c.Path.StartsWith("/sbin/", StringComparison.Ordinal)) ? others : others.FindAll(c => c.Path != "/sbin");
    }

    private static ChangeRecord Record(EngineChange change, LayerFolder? upper)
    {
        var look = change.Kind == 2 ? null : upper?.TryLook(change.Path);
        return new ChangeRecord(change.Path, change.Kind switch { 1 => "added", 2 => "deleted", _ => "changed" }, look?.Type, look is { Type: "file", Size: var size } ? size : null);
    }

    private async Task<List<EngineChange>> AskAsync(string container, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync($"containers/{container}/changes", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new DriverFailure(response.StatusCode == HttpStatusCode.NotFound ? 404 : 502, "engine_refused", $"The Docker engine could not compare the files: it answered {(int)response.StatusCode}.");
        }

        var body = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        var found = new List<EngineChange>();
        // No difference is "null", not an empty list.
        var start = await body.ReadAsync(cancellationToken);
        var none = start.Buffer.IsEmpty || start.Buffer.FirstSpan[0] != (byte)'[';
        body.AdvanceTo(start.Buffer.Start);
        if (none)
        {
            return found;
        }

        await foreach (var change in JsonSerializer.DeserializeAsyncEnumerable(body, EngineJson.Default.EngineChange, cancellationToken: cancellationToken))
        {
            found.Add(change!);
            if (found.Count > most)
            {
                break;
            }
        }

        return found;
    }
}

/// <param name="Kind">0 changed, 1 added, 2 deleted.</param>
internal sealed record EngineChange([property: JsonPropertyName("Path")] string Path, [property: JsonPropertyName("Kind")] int Kind);

[JsonSerializable(typeof(EngineChange))]
internal sealed partial class EngineJson : JsonSerializerContext;
