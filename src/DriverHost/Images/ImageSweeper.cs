using System.Net;
using System.Threading.Channels;
using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Docker;
using DriverHost.Host;
using DriverHost.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DriverHost.Images;

/// <summary>
/// Removes loaded images when the engine's disk runs full: above the high mark those go that were used longest ago, until it is below the low mark. What a
/// container of any state was made from stays, and so do the layers that another image shares. A removed image is fetched and checked anew when it is needed.
/// </summary>
internal sealed class ImageSweeper(
    Engine engine, Ledger ledger, ImagePins pins, HostProbe probe, DiskGauge gauge, DriverHostOptions options, TimeProvider time, ILogger<ImageSweeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The disk may have got fuller.</summary>
    public void Look() => _asked.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = time.CreateTimer(_ => Look(), null, Every, Every);
        await foreach (var _ in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                // Also when the books cannot be written, as on a disk without room: the next look tries again.
                SweeperLog.Failed(logger, failed);
            }
        }
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await SweepAloneAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    private async Task SweepAloneAsync(CancellationToken cancellationToken)
    {
        if (probe.Last?.Info.DockerRootDir is not { } root || gauge(root) is not { } disk || disk.Percent <= options.ImageDiskHigh)
        {
            return;
        }

        var full = Math.Round(disk.Percent);
        var client = await engine.ClientAsync(cancellationToken);
        var used = (await client.Containers.ListContainersAsync(new ContainersListParameters { All = true }, cancellationToken)).Select(c => c.ImageID).ToHashSet(StringComparer.Ordinal);
        foreach (var row in await ledger.LoadedImagesAsync(cancellationToken))
        {
            if (await TryRemoveAsync(client, row, used, full, cancellationToken) && (gauge(root) is not { } now || now.Percent <= options.ImageDiskLow))
            {
                return;
            }
        }

        SweeperLog.StillFull(logger, full);
    }

    private async Task<bool> TryRemoveAsync(DockerClient client, LoadedImageRow row, HashSet<string> used, double percent, CancellationToken cancellationToken)
    {
        try
        {
            if (used.Contains((await client.Images.InspectImageAsync(row.Reference, cancellationToken)).ID)
                || !await pins.RemoveUnlessPinnedAsync(row.Reference, () => RemoveAsync(client, row, cancellationToken), cancellationToken))
            {
                return false;
            }

            SweeperLog.Removed(logger, row.ImageId, row.UsedAt, percent);
            return true;
        }
        catch (DockerImageNotFoundException)
        {
            // Somebody else removed it.
            await ledger.RemoveLoadedImageAsync(row.ImageId, row.Sha512, cancellationToken);
            return false;
        }
        catch (DockerApiException inUse) when (inUse.StatusCode == HttpStatusCode.Conflict)
        {
            // A container of it was made meanwhile.
            return false;
        }
    }

    private async Task RemoveAsync(DockerClient client, LoadedImageRow row, CancellationToken cancellationToken)
    {
        await client.Images.DeleteImageAsync(row.Reference, new ImageDeleteParameters(), cancellationToken);
        await ledger.RemoveLoadedImageAsync(row.ImageId, row.Sha512, cancellationToken);
    }
}

internal static partial class SweeperLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Image {ImageId}, last used {UsedAt}, is removed from the engine: its disk was {Percent} % full")]
    public static partial void Removed(ILogger logger, string imageId, DateTimeOffset usedAt, double percent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine's disk was {Percent} % full, and no image is left that could be removed")]
    public static partial void StillFull(ILogger logger, double percent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Images could not be removed; the next look tries again")]
    public static partial void Failed(ILogger logger, Exception exception);
}
