using System.Text;
using Org.BouncyCastle.Security;

namespace OpenStack.Nova;

/// <summary>The <c>hostId</c> of a server: tells a project which of its servers share a host, and who knows the host's name, which host that is.</summary>
public static class ComputeHostId
{
    /// <returns>SHA-224 of project id and host name, lower-case hex (nova: <c>utils.generate_hostid</c>).</returns>
    public static string Of(string projectId, string host) => Convert.ToHexStringLower(DigestUtilities.CalculateDigest("SHA-224", Encoding.UTF8.GetBytes(projectId + host)));
}
