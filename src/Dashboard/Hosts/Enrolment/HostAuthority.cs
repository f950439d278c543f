using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DriverHost.Client;

namespace Dashboard.Hosts.Enrolment;

/// <summary>
/// This dashboard's own authority for driver hosts: a key that is made when the first host is added and kept in <c>secrets/hosts-authority.pem</c> (mode 0600).
/// It signs the hosts' certificates, and the dashboard's own, by which hosts know it.
/// </summary>
internal sealed class HostAuthority(IConfiguration configuration, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>With less time left than this, a certificate is made anew.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(5);
    private readonly Lock _lock = new();
    private readonly string _file = Path.Combine(configuration["Data:Path"]!, "secrets", "hosts-authority.pem");
    private X509Certificate2? _authority;
    private X509Certificate2? _client;

    /// <summary>The authority's certificate, with its key.</summary>
    public X509Certificate2 Certificate
    {
        get
        {
            lock (_lock)
            {
                return _authority ??= File.Exists(_file) ? X509Certificate2.CreateFromPemFile(_file, _file) : Make();
            }
        }
    }

    /// <summary>What this dashboard shows to hosts. It lasts for 90 days and is made anew, in memory only, before it ends.</summary>
    public X509Certificate2 Client
    {
        get
        {
            lock (_lock)
            {
                if (_client is null || _client.NotAfter.ToUniversalTime() - time.GetUtcNow() < Renewal)
                {
                    using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                    using var signed = Sign(new CertificateRequest("CN=dashboard", key, HashAlgorithmName.SHA256), Certificates.ClientUsage);
                    using var whole = signed.CopyWithPrivateKey(key);
                    // Connections that stand hold the old one: it is not disposed under them.
                    _client = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
                }

                return _client;
            }
        }
    }

    /// <summary>Signs a host's request: its key and its names, and nothing else that it asks for.</summary>
    /// <param name="request">PKCS #10, DER, whose own signature is checked.</param>
    /// <exception cref="CryptographicException">The request is none.</exception>
    public X509Certificate2 SignHost(byte[] request)
    {
        var asked = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        var plain = new CertificateRequest(asked.SubjectName, asked.PublicKey, HashAlgorithmName.SHA256);
        foreach (var names in asked.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            plain.CertificateExtensions.Add(names);
        }

        return Sign(plain, Certificates.ServerUsage);
    }

    public void Dispose()
    {
        _authority?.Dispose();
        _client?.Dispose();
    }

    private X509Certificate2 Sign(CertificateRequest request, string usage)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], true));
        var now = time.GetUtcNow();
        return request.Create(Certificate, now - Drift, now + Lifetime, RandomNumberGenerator.GetBytes(16));
    }

    private X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Dashboard authority of driver hosts", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        var made = request.CreateSelfSigned(now - Drift, now.AddYears(10));
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        using var file = new StreamWriter(new FileStream(_file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }));
        file.Write(made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return made;
    }
}
