using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DriverHost.Client;

/// <summary>Whether a certificate is what it has to be between dashboards and driver hosts, which trust one authority and nobody else.</summary>
public static class Certificates
{
    /// <summary>Of a driver host (RFC 5280: id-kp-serverAuth).</summary>
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    /// <summary>Of a dashboard (id-kp-clientAuth).</summary>
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <param name="usage">One of the two above.</param>
    public static bool IsOf(X509Certificate2 certificate, X509Certificate2 authority, string usage, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        // What is revoked is taken off the dashboard's list, which goes by the certificate itself.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
        return chain.Build(certificate);
    }

    /// <summary>SHA-256 of the whole certificate, lower-case hex.</summary>
    public static string Thumbprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
}
