using System.Text.RegularExpressions;

namespace OpenStack.Session;

/// <summary>Clouds put addresses with and without a version into the catalog. Here each is made as our clients' paths begin.</summary>
internal static partial class EndpointAddress
{
    public static Uri Of(string serviceType, string url)
    {
        var address = url.TrimEnd('/');
        return new Uri(serviceType switch
        {
            "identity" => $"{Version().Replace(address, "")}/v3",
            // The paths of Glance bear the version themselves.
            "image" => Version().Replace(address, ""),
            // The old way has the project's id behind the version, and Nova takes it there still.
            "compute" when !VersionWithin().IsMatch(address) => $"{address}/v2.1",
            _ => address,
        });
    }

    [GeneratedRegex(@"/v\d+(\.\d+)?$", RegexOptions.None, 1000)]
    private static partial Regex Version();

    [GeneratedRegex(@"/v\d+(\.\d+)?(/|$)", RegexOptions.None, 1000)]
    private static partial Regex VersionWithin();
}
