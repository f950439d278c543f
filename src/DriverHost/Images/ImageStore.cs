using System.IO.Pipelines;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Auth;
using DriverHost.Docker;
using DriverHost.Http;
using DriverHost.Store;
using DriverHost.Telemetry;
using Microsoft.Extensions.Logging;
using OpenStack.Errors;
using OpenStack.Glance;

namespace DriverHost.Images;

/// <summary>Stays on the engine until this is disposed.</summary>
/// <param name="Reference">Our own tag on the engine.</param>
internal sealed record BootableImage(string Reference, IDisposable Pin) : IDisposable
{
    public void Dispose() => Pin.Dispose();
}

/// <summary>Has approved images on the engine, verified and under our own tags. Bytes are fetched once per content; the approval is asked for at every spawn.</summary>
internal sealed class ImageStore(
    Engine engine, ServiceUser serviceUser, ImageGate gate, ImageFetcher fetcher, DockerArchiveReader reader, ImagePins pins, ImageSweeper sweeper, Ledger ledger, DriverHostMetrics metrics, TimeProvider time, ILogger<ImageStore> logger)
    : IDisposable
{
    private const int MostAtOnce = 2;
    private static readonly TimeSpan UseNotedEvery = TimeSpan.FromHours(1);
    private readonly SingleFlight<(string Id, string Sha512), LoadedImageRow> _loading = new();
    private readonly SemaphoreSlim _slots = new(MostAtOnce, MostAtOnce);
    private int _waiting;

    /// <summary>Images that wait for a free place to be loaded.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <exception cref="DriverFailure">The image may not boot, or cannot.</exception>
    public async Task<BootableImage> EnsureAsync(string imageId, string projectId, ImageProgress progress, CancellationToken cancellationToken)
    {
        progress("checking the image's approval", null, null);
        return await EnsureAsync(await RecordAsync(imageId, cancellationToken), projectId, progress, cancellationToken);
    }

    /// <summary>Has it there before anybody boots it.</summary>
    /// <returns>Whether its bytes were fetched for that.</returns>
    /// <exception cref="DriverFailure">The image may not boot, or cannot.</exception>
    public async Task<bool> CacheAsync(string imageId, CancellationToken cancellationToken)
    {
        var fetched = false;
        var image = await RecordAsync(imageId, cancellationToken);
        // Only what is fetched has figures.
        using var there = await EnsureAsync(image, image.Owner ?? "", (_, done, _) => fetched |= done is not null, cancellationToken);
        return fetched;
    }

    public void Dispose() => _slots.Dispose();

    private async Task<BootableImage> EnsureAsync(Image image, string projectId, ImageProgress progress, CancellationToken cancellationToken)
    {
        var imageId = image.Id;
        var sha512 = await gate.RequireBootableAsync(image, projectId, cancellationToken);
        var pin = await pins.PinAsync(ReferenceOf(imageId, sha512), cancellationToken);
        try
        {
            var loaded = await _loading.RunAsync((imageId, sha512), progress, (tell, stop) => LoadAsync(image, sha512, tell, stop), cancellationToken);
            ImageGate.RequireConfig(image, loaded.ConfigDigest);
            return new BootableImage(loaded.Reference, pin);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
    }

    private async Task<Image> RecordAsync(string imageId, CancellationToken cancellationToken)
    {
        try
        {
            return await serviceUser.WithSessionAsync(session => session.Glance.GetImageAsync(imageId, cancellationToken), cancellationToken);
        }
        catch (OpenStackException refused)
        {
            throw ImageGate.Read(refused, imageId);
        }
    }

    private async Task<LoadedImageRow> LoadAsync(Image image, string sha512, ImageProgress progress, CancellationToken cancellationToken)
    {
        var client = await engine.ClientAsync(cancellationToken);
        if (await ledger.LoadedImageAsync(image.Id, sha512, cancellationToken) is { } known)
        {
            if (await HoldsAsync(client, known, cancellationToken))
            {
                if (time.GetUtcNow() - known.UsedAt > UseNotedEvery)
                {
                    await ledger.SetImageUsedAsync(image.Id, sha512, time.GetUtcNow(), cancellationToken);
                }

                return known;
            }

            // Somebody removed or changed it on the engine: it is loaded anew.
            await ledger.RemoveLoadedImageAsync(image.Id, sha512, cancellationToken);
        }

        progress("waiting for a free place to load the image", null, null);
        Interlocked.Increment(ref _waiting);
        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        var began = time.GetTimestamp();
        var loaded = false;
        try
        {
            var row = await FetchAndLoadAsync(client, image, sha512, progress, cancellationToken);
            loaded = true;
            return row;
        }
        catch (ArchiveRefused refused)
        {
            ImagesLog.Refused(logger, image.Id, refused.Message);
            throw new DriverFailure(422, refused.Code, $"{ImageGate.Name(image)} cannot boot. {refused.Message}", refused);
        }
        finally
        {
            metrics.ImageLoaded(time.GetElapsedTime(began), loaded);
            _slots.Release();
        }
    }

    private async Task<LoadedImageRow> FetchAndLoadAsync(DockerClient client, Image image, string sha512, ImageProgress progress, CancellationToken cancellationToken)
    {
        progress("fetching the image", 0, image.Size);
        var (file, actual) = await serviceUser.WithSessionAsync(session => fetcher.FetchAsync(session.Glance, image, progress, cancellationToken), cancellationToken);
        await using var archive = file;
        if (actual != sha512)
        {
            throw new DriverFailure(403, "image_changed", $"The bytes that Glance sent for {ImageGate.Name(image)} are not what was approved: their sha512 is {actual[..16]}…, approved was {sha512[..16]}….");
        }

        progress("checking the image's layers", null, null);
        var found = new DockerArchive();
        await reader.ReadAsync(archive, found, cancellationToken);
        HostPlatform.Require(found);

        var row = new LoadedImageRow
        {
            ImageId = image.Id,
            Sha512 = sha512,
            Reference = ReferenceOf(image.Id, sha512),
            ConfigDigest = found.ConfigDigest!,
            DiffIds = JsonSerializer.Serialize([.. found.DiffIds], StringsContext.Default.StringArray),
            UsedAt = time.GetUtcNow(),
        };
        ImageGate.RequireConfig(image, row.ConfigDigest);
        progress("loading the image into the engine", null, null);
        await SendAsync(client, archive, found, row.Reference, cancellationToken);
        if (!await HoldsAsync(client, row, cancellationToken))
        {
            throw new DriverFailure(502, "image_load_failed", $"The Docker engine did not take {ImageGate.Name(image)} as it was sent.");
        }

        await ledger.AddAsync(row, cancellationToken);
        sweeper.Look();
        ImagesLog.Loaded(logger, image.Id, row.Reference);
        return row;
    }

    // Two hosts on one engine share the tag: same id, same sha512, same content; and before each use the layers are compared.
    private static string ReferenceOf(string imageId, string sha512) => $"glance/{imageId.ToLowerInvariant()}:{sha512[..16]}";

    private static async Task SendAsync(DockerClient client, Stream archive, DockerArchive found, string reference, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 << 20, resumeWriterThreshold: 2 << 20));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(pipe.Writer, archive, found, reference, stop.Token);
        var answers = new LoadAnswers();
        try
        {
            // Success is 200 before anything is loaded; failure comes inside the body.
            await client.Images.LoadImageAsync(new ImageLoadParameters { Quiet = true }, pipe.Reader.AsStream(), answers, cancellationToken);
            await writing;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            await stop.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw writing.Exception?.InnerException as ArchiveRefused ?? failed;
        }

        if (answers.Error is { } words)
        {
            throw new DriverFailure(502, "image_load_failed", $"The Docker engine could not load the image: {words}");
        }
    }

    private static async Task WriteAsync(PipeWriter writer, Stream archive, DockerArchive found, string reference, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await RebuiltArchive.WriteAsync(writer.AsStream(leaveOpen: true), archive, found, reference, cancellationToken);
        }
        catch (Exception failed)
        {
            failure = failed;
            throw;
        }
        finally
        {
            await writer.CompleteAsync(failure);
        }
    }

    private static async Task<bool> HoldsAsync(DockerClient client, LoadedImageRow row, CancellationToken cancellationToken)
    {
        try
        {
            var image = await client.Images.InspectImageAsync(row.Reference, cancellationToken);
            return (image.RootFS?.Layers ?? []).SequenceEqual(JsonSerializer.Deserialize(row.DiffIds, StringsContext.Default.StringArray)!);
        }
        catch (DockerImageNotFoundException)
        {
            return false;
        }
    }

    private sealed class LoadAnswers : IProgress<JSONMessage>
    {
        public string? Error { get; private set; }

        public void Report(JSONMessage value)
        {
            if (value.Error is { } error)
            {
                Error ??= error.Message;
            }
            else if (value.Stream?.Contains("Error unpacking", StringComparison.Ordinal) == true)
            {
                Error ??= value.Stream.Trim();
            }
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class StringsContext : System.Text.Json.Serialization.JsonSerializerContext;

internal static partial class ImagesLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Image {ImageId} is verified and loaded as {Reference}")]
    public static partial void Loaded(ILogger logger, string imageId, string reference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Image {ImageId} is refused: {Words}")]
    public static partial void Refused(ILogger logger, string imageId, string words);
}
