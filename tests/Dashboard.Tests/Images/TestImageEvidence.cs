using Dashboard.Images;
using DriverHost.Client;

namespace Dashboard.Tests.Images;

/// <summary>A driver host that answers what a test put here, or fails.</summary>
internal sealed class TestImageEvidence : IImageEvidence
{
    public Dictionary<string, ImageEvidence> Of { get; } = [];
    public DriverHostException? Failure { get; set; }
    public Task Held { get; set; } = Task.CompletedTask;
    public List<string> Asked { get; } = [];

    public async Task<ImageEvidence> InspectAsync(string imageId, CancellationToken cancellationToken)
    {
        Asked.Add(imageId);
        await Held.WaitAsync(cancellationToken);
        return Failure is null ? Of[imageId] : throw Failure;
    }
}
