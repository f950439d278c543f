using DriverHost.Client;

namespace Dashboard.Images;

/// <summary>Asks the driver host what is in an image's archive.</summary>
internal interface IImageEvidence
{
    /// <exception cref="DriverHostException">It can't be read, or nobody answers.</exception>
    Task<ImageEvidence> InspectAsync(string imageId, CancellationToken cancellationToken);
}
