using System.Globalization;
using System.Security.Cryptography;
using DriverHost.Http;
using OpenStack.Errors;
using OpenStack.Glance;

namespace DriverHost.Images;

internal delegate void ImageProgress(string step, long? bytesDone, long? bytesTotal);

/// <summary>Brings an image's bytes into staging, hashing them on the way, never more than allowed.</summary>
internal sealed class ImageFetcher(Staging staging, ArchiveLimits limits)
{
    private const long ReportEvery = 4L << 20;

    /// <returns>The staged file and the sha512 of its bytes. The caller closes it.</returns>
    public async Task<(FileStream File, string Sha512)> FetchAsync(IGlanceApi glance, Image image, ImageProgress progress, CancellationToken cancellationToken)
    {
        if (image.Size > limits.ArchiveBytes)
        {
            throw TooLarge(image);
        }

        var file = staging.Create(image.Size ?? 0);
        try
        {
            return (file, await CopyAsync(glance, image, file, progress, cancellationToken));
        }
        catch (Exception failed)
        {
            await file.DisposeAsync();
            throw failed switch
            {
                OpenStackException refused => ImageGate.Read(refused, image.Id),
                HttpRequestException or HttpIOException or IOException when !cancellationToken.IsCancellationRequested =>
                    new DriverFailure(503, "image_unreachable", $"Fetching {ImageGate.Name(image)} from Glance broke off: {failed.Message}", failed),
                _ => failed,
            };
        }
    }

    private async Task<string> CopyAsync(IGlanceApi glance, Image image, FileStream file, ImageProgress progress, CancellationToken cancellationToken)
    {
        using var answer = await glance.DownloadAsync(image.Id, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new DriverFailure(502, "image_unreachable", string.Create(CultureInfo.InvariantCulture, $"Glance answered {(int)answer.StatusCode} for the content of {ImageGate.Name(image)}."));
        }

        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        long reported = 0;
        await using var hashing = new HashingStream(body, HashAlgorithmName.SHA512, count =>
        {
            if (count > limits.ArchiveBytes)
            {
                throw TooLarge(image);
            }

            if (count - reported >= ReportEvery)
            {
                reported = count;
                progress("fetching the image", count, image.Size);
            }
        });
        await hashing.CopyToAsync(file, 256 * 1024, cancellationToken);
        await file.FlushAsync(cancellationToken);
        if (image.Size is { } size && size != hashing.Count)
        {
            throw new DriverFailure(502, "image_unreachable", string.Create(
                CultureInfo.InvariantCulture, $"Glance sent {hashing.Count} bytes of {ImageGate.Name(image)} instead of {size}. Try again."));
        }

        return hashing.HexDigest();
    }

    private DriverFailure TooLarge(Image image) => new(413, "image_too_large", string.Create(
        CultureInfo.InvariantCulture, $"{ImageGate.Name(image)} is larger than this host takes: {limits.ArchiveBytes >> 20} MiB."));
}
