using Dashboard.Components;
using Dashboard.SignIn;
using DriverHost.Client;

namespace Dashboard.Images;

internal sealed class HostImageEvidence(DashboardSession session) : IImageEvidence
{
    public async Task<ImageEvidence> InspectAsync(string imageId, CancellationToken cancellationToken) => Shown(await session.Hosts.AnyAsync(host => host.InspectImageAsync(imageId, cancellationToken)));

    /// <summary>What the archive says of itself is its maker's text.</summary>
    public static ImageEvidence Shown(ImageEvidence read) => read with
    {
        Problems = All(read.Problems),
        Notes = All(read.Notes),
        Tags = All(read.Tags),
        Architecture = Visible.OrNull(read.Architecture),
        Os = Visible.OrNull(read.Os),
        Entrypoint = All(read.Entrypoint),
        Command = All(read.Command),
        User = Visible.OrNull(read.User),
        WorkingDirectory = Visible.OrNull(read.WorkingDirectory),
        Environment = All(read.Environment),
        Ports = All(read.Ports),
        Volumes = All(read.Volumes),
        Labels = read.Labels.ToDictionary(l => Visible.Of(l.Key), l => Visible.Of(l.Value), StringComparer.Ordinal),
        History = [.. read.History.Select(h => h with { CreatedBy = Visible.Of(h.CreatedBy) })],
    };

    private static IReadOnlyList<string> All(IReadOnlyList<string> texts) => [.. texts.Select(Visible.Of)];
}
