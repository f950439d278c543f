using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Http;
using Microsoft.Extensions.Caching.Memory;
using OpenStack.Errors;
using OpenStack.Glance;
using OpenStack.Session;

namespace DriverHost.Images;

/// <summary>
/// Reads an image's archive for an approver, with the caller's own token: what the caller may not see is not there. The engine never gets to see it.
/// Evidence is about bytes, so it is kept by their sha512.
/// </summary>
internal sealed class ImageExaminer(ServiceUser serviceUser, ImageFetcher fetcher, DockerArchiveReader reader) : IDisposable
{
    private const int MostKept = 64;
    private const int MostAtOnce = 2;
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostKept });
    private readonly SingleFlight<(string Id, string Sha512), ImageEvidence> _examining = new();
    private readonly SemaphoreSlim _slots = new(MostAtOnce, MostAtOnce);

    /// <exception cref="DriverFailure">404 when the caller does not see the image, 409 and 422 when there is nothing to read, 503 when Glance is away.</exception>
    public async Task<ImageEvidence> ExamineAsync(string imageId, string callersToken, CancellationToken cancellationToken)
    {
        var session = await serviceUser.ForAsync(callersToken, cancellationToken);
        var image = await RecordAsync(session, imageId, cancellationToken);
        if (!image.IsDocker)
        {
            throw new DriverFailure(422, "not_docker", $"{ImageGate.Name(image)} is not a docker image: its container format is {image.ContainerFormat ?? "not set"}.");
        }

        if (image.OsHashValue is not { Length: > 0 } sha512)
        {
            throw DriverFailure.Conflict("image_not_active", $"{ImageGate.Name(image)} has no content to look at: its status is {image.Status}.");
        }

        if (_kept.TryGetValue(sha512, out ImageEvidence? known))
        {
            return known! with { ImageId = image.Id };
        }

        return await _examining.RunAsync((image.Id, sha512), (_, _, _) => { }, (_, stop) => FetchAndReadAsync(session, image, sha512, stop), cancellationToken);
    }

    public void Dispose()
    {
        _kept.Dispose();
        _slots.Dispose();
    }

    private static async Task<Image> RecordAsync(OpenStackSession session, string imageId, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Glance.GetImageAsync(imageId, cancellationToken);
        }
        catch (OpenStackException refused)
        {
            throw ImageGate.Read(refused, imageId);
        }
    }

    private async Task<ImageEvidence> FetchAndReadAsync(OpenStackSession session, Image image, string sha512, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            var (archive, actual) = await fetcher.FetchAsync(session.Glance, image, (_, _, _) => { }, cancellationToken);
            await using (archive)
            {
                var found = new DockerArchive();
                var problems = await ProblemsAsync(archive, found, cancellationToken);
                if (actual != sha512)
                {
                    problems.Add($"Glance says that its sha512 is {sha512}, but the bytes that it sent are {actual}.");
                }

                return Keep(ImageEvidenceView.Of(image.Id, actual, archive.Length, found, problems), sha512);
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<List<string>> ProblemsAsync(Stream archive, DockerArchive found, CancellationToken cancellationToken)
    {
        try
        {
            await reader.ReadAsync(archive, found, cancellationToken);
            HostPlatform.Require(found);
            return [];
        }
        catch (ArchiveRefused refused)
        {
            return [refused.Message];
        }
    }

    private ImageEvidence Keep(ImageEvidence evidence, string sha512)
    {
        if (evidence.Sha512 == sha512)
        {
            _kept.Set(sha512, evidence, new MemoryCacheEntryOptions { Size = 1 });
        }

        return evidence;
    }
}
