using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DriverHost.Client;
using DriverHost.Host;

namespace DriverHost.Enrolment;

/// <summary>
/// The certificate of this host's outer door, and the authority whose dashboards it lets in. In <c>secrets/</c>: <c>host.pem</c> (certificate and key, mode 0600)
/// and <c>dashboard-authority.pem</c>. Without them the host is not enrolled, and shows a certificate of its own making that lasts until it ends.
/// </summary>
internal sealed class HostKeys : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Lock _lock = new();
    private readonly HostId _id;
    private readonly TimeProvider _time;
    private readonly string _hostFile;
    private readonly string _authorityFile;
    private ECDsa? _nextKey;

    public HostKeys(DriverHostOptions options, HostId id, TimeProvider time)
    {
        (_id, _time) = (id, time);
        var folder = Path.Combine(options.DataPath, "secrets");
        Directory.CreateDirectory(folder);
        (_hostFile, _authorityFile) = (Path.Combine(folder, "host.pem"), Path.Combine(folder, "dashboard-authority.pem"));
        if (File.Exists(_hostFile) && File.Exists(_authorityFile))
        {
            Certificate = Usable(X509Certificate2.CreateFromPemFile(_hostFile, _hostFile));
            Authority = X509Certificate2.CreateFromPem(File.ReadAllText(_authorityFile));
        }
        else
        {
            Certificate = OfItsOwn();
        }
    }

    /// <summary>What the outer door shows.</summary>
    public X509Certificate2 Certificate { get; private set; }

    /// <summary>Null while the host is not enrolled.</summary>
    public X509Certificate2? Authority { get; private set; }

    /// <summary>A request for a certificate of a new key. Of several, the last counts.</summary>
    public byte[] Request(string address)
    {
        lock (_lock)
        {
            _nextKey?.Dispose();
            _nextKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return RequestOf(_nextKey, address).CreateSigningRequest();
        }
    }

    /// <summary>Takes a certificate for the key of the last request into use, for the next connection on.</summary>
    /// <returns>False when it is for another key, or not of the authority, or not of this host.</returns>
    public bool TryInstall(X509Certificate2 certificate, X509Certificate2 authority)
    {
        lock (_lock)
        {
            if (_nextKey is not { } key || !certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
                || !Certificates.IsOf(certificate, authority, Certificates.ServerUsage, _time.GetUtcNow()))
            {
                return false;
            }

            // The key before the authority: with both, the host is enrolled.
            Write(_hostFile, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
            Write(_authorityFile, authority.ExportCertificatePem() + "\n");
            // Connections that stand go on with the old one: it is not disposed under them.
            Certificate = Usable(certificate.CopyWithPrivateKey(key));
            Authority = authority;
            _nextKey = null;
            return true;
        }
    }

    public void Dispose() => _nextKey?.Dispose();

    private X509Certificate2 OfItsOwn()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = _time.GetUtcNow();
        return Usable(RequestOf(key, "localhost").CreateSelfSigned(now.AddMinutes(-5), now.AddYears(1)));
    }

    private CertificateRequest RequestOf(ECDsa key, string address)
    {
        var request = new CertificateRequest($"CN=driver-host {_id}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(address, out var ip))
        {
            names.AddIpAddress(ip);
        }
        else
        {
            names.AddDnsName(address);
        }

        names.AddUri(new Uri($"urn:dashboard:driver-host:{_id}"));
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    // As SslStream wants it on every platform: with a key that is not of the moment only.
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }

    // Whole or not at all, also when the power goes.
    private static void Write(string file, string text)
    {
        var next = file + ".next";
        File.Delete(next);
        using (var stream = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, file, overwrite: true);
    }
}
