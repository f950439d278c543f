using DriverHost.Host;

namespace DriverHost.Tests.Host;

public sealed class EngineAdvisoriesTests
{
    [Theory]
    [InlineData("runc", "1.1.5+ds1", "CVE-2024-21626|CVE-2025-31133, CVE-2025-52565, CVE-2025-52881")]
    [InlineData("runc", "1.1.12", "CVE-2025-31133, CVE-2025-52565, CVE-2025-52881")]
    [InlineData("runc", "1.2.8", "")]
    [InlineData("runc", "1.3.2", "CVE-2025-31133, CVE-2025-52565, CVE-2025-52881")]
    [InlineData("runc", "1.3.3", "")]
    [InlineData("runc", "1.4.0-rc.1", "")]
    [InlineData("runc", "nonsense", "CVE-2024-21626|CVE-2025-31133, CVE-2025-52565, CVE-2025-52881")]
    [InlineData("containerd", "v2.2.4", "CVE-2026-50195, CVE-2026-53488, CVE-2026-46680, CVE-2026-47262")]
    [InlineData("containerd", "2.2.5", "")]
    [InlineData("containerd", "2.10.0", "")]
    [InlineData("Engine", "20.10.24+dfsg1", "CVE-2026-41567, CVE-2026-41568, CVE-2026-42306|CVE-2026-17106")]
    [InlineData("Engine", "29.5.1", "CVE-2026-17106")]
    [InlineData("Engine", "29.7.2", "")]
    [InlineData("docker-init", "0.19.0", "")]
    public void Advisories_AreThoseThatTheVersionHasNotMended(string part, string version, string ids) =>
        Assert.Equal(ids, string.Join('|', EngineAdvisories.Of([(part, version)]).Select(a => a.Ids)));
}
