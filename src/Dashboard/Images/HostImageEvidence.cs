using Dashboard.SignIn;
using DriverHost.Client;

namespace Dashboard.Images;

internal sealed class HostImageEvidence(DashboardSession session) : IImageEvidence
{
    public Task<ImageEvidence> InspectAsync(string imageId, CancellationToken cancellationToken) => session.DriverHost.InspectImageAsync(imageId, cancellationToken);
}
