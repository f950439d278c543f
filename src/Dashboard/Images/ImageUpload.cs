using System.Net;
using OpenStack.Errors;
using OpenStack.Glance;

namespace Dashboard.Images;

/// <summary>
/// Streams a browser's file into a Glance image. Nothing is buffered: the browser is as fast as Glance reads.
/// A broken upload leaves neither bytes nor record behind.
/// </summary>
internal static class ImageUpload
{
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(20);

    /// <param name="sessionEnded">Signing out ends the upload.</param>
    public static async Task<IResult> RunAsync(IGlanceApi glance, string id, HttpRequest request, ILogger logger, CancellationToken sessionEnded, CancellationToken cancellationToken)
    {
        if (request.ContentLength is null or 0)
        {
            await CleanUpAsync(glance, id, logger);
            return Refuse(HttpStatusCode.BadRequest, "Not uploaded. The file is empty.");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sessionEnded);
        try
        {
            var start = new byte[ArchiveStart.Length];
            var read = await request.Body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, either.Token);
            if (ArchiveStart.WhyNotTar(start.AsSpan(0, read)) is { } why)
            {
                await CleanUpAsync(glance, id, logger);
                return Refuse(HttpStatusCode.UnsupportedMediaType, $"Not uploaded. {why}");
            }

            await using var body = new KnownLengthStream(start.AsMemory(0, read), request.Body, request.ContentLength.Value);
            await glance.UploadAsync(id, body, either.Token);
            UploadLog.Uploaded(logger, id, request.ContentLength.Value);
            return Results.NoContent();
        }
        catch (OpenStackException refused)
        {
            UploadLog.Refused(logger, id, refused.Message);
            await CleanUpAsync(glance, id, logger);
            return Refuse(refused.StatusCode ?? HttpStatusCode.BadGateway, Words(refused));
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or HttpRequestException or BadHttpRequestException)
        {
            UploadLog.Broken(logger, id, broken.Message);
            await CleanUpAsync(glance, id, logger);
            return Refuse(HttpStatusCode.BadRequest, "Not uploaded. The upload was cancelled or the connection was lost; nothing of it was kept.");
        }
    }

    internal static string Words(OpenStackException refused)
    {
        var request = refused.RequestId is null ? "" : $" Request {refused.RequestId}.";
        return refused.StatusCode switch
        {
            null => "Not uploaded. Glance does not answer, or it ended the upload. Try again in a minute, or tell an operator.",
            HttpStatusCode.RequestEntityTooLarge => $"Not uploaded. The file is larger than this cloud allows: {refused.Message} Ask an operator for more room.{request}",
            HttpStatusCode.NotFound => $"Not uploaded. The image was deleted in the meantime. Start again.{request}",
            HttpStatusCode.Conflict => $"Not uploaded. The image has its bytes already, or another upload is running: {refused.Message} Start again with a new one.{request}",
            HttpStatusCode.Unauthorized => "Not uploaded. Your sign-in has ended. Sign in and try again.",
            _ => $"Not uploaded. Glance refused: {refused.Message}{request}",
        };
    }

    // The upload's own token may be cancelled by now; the record goes all the same. Only a record without bytes is removed.
    private static async Task CleanUpAsync(IGlanceApi glance, string id, ILogger logger)
    {
        using var limit = new CancellationTokenSource(CleanUpLimit);
        try
        {
            var image = await glance.GetImageAsync(id, limit.Token);
            if (image.Status is "queued" or "saving" or "killed")
            {
                await glance.DeleteImageAsync(id, limit.Token);
            }
        }
        catch (Exception failed) when (failed is OpenStackException or OperationCanceledException)
        {
            UploadLog.LeftBehind(logger, id, failed.Message);
        }
    }

    internal static IResult Refuse(HttpStatusCode status, string words) => Results.Problem(words, statusCode: (int)status, title: "Not uploaded");
}

internal static partial class UploadLog
{
    [LoggerMessage(1, LogLevel.Information, "Image {Image} took an upload of {Bytes} bytes.")]
    public static partial void Uploaded(ILogger logger, string image, long bytes);

    [LoggerMessage(2, LogLevel.Warning, "Glance refused the upload of image {Image}: {Reason}")]
    public static partial void Refused(ILogger logger, string image, string reason);

    [LoggerMessage(3, LogLevel.Information, "The upload of image {Image} ended early: {Reason}")]
    public static partial void Broken(ILogger logger, string image, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The record of image {Image} could not be removed after its upload broke: {Reason}")]
    public static partial void LeftBehind(ILogger logger, string image, string reason);
}
