using Dashboard.Instances;
using Dashboard.Tests.Images;
using DriverHost.Client;
using OpenStack.Nova;

namespace Dashboard.Tests.Instances;

/// <summary>Views as the pages make them.</summary>
internal static class Views
{
    public static InstanceView Of(string name, HostInstance? host = null, Func<Server, Server>? change = null)
    {
        var state = LiveState.Nothing with
        {
            NovaAt = TestInstances.Now,
            Links = HostLinks.None.With("compute-1", new HostLink(true, TestInstances.Now)),
            Images = LiveState.Nothing.Images.Add(TestImages.Id, TestImages.Approved()),
        };
        return new InstanceViews(TimeProvider.System).Of(new InstanceFacts(TestInstances.Server(name, change: change), host ?? TestInstances.Host(name)), state, TestImageCloud.Member);
    }
}
