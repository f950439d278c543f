using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DriverHost.Client;

namespace Dashboard.Hosts.Enrolment;

/// <summary>Adds driver hosts by their one-time codes, removes them, and gives them their next certificates.</summary>
internal sealed class HostEnrolment(EnrolledHosts hosts, HostAuthority authority, HostDirectory directory, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <param name="url">https and a port, as the host listens.</param>
    /// <param name="code">As the operator read it on the host.</param>
    /// <param name="by">The administrator's name.</param>
    /// <returns>The name of the host's compute host.</returns>
    /// <exception cref="HostEnrolmentException">Why not, in words.</exception>
    public async Task<string> AddAsync(Uri url, string code, string by, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await AddOneAsync(url, code, by, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HostEnrolmentException($"What is at {url.GetLeftPart(UriPartial.Authority)} takes the call and does not answer. Check that the address is a driver host's.", late);
        }
        catch (DriverHostException refused)
        {
            throw new HostEnrolmentException(refused.StatusCode is null ? $"No driver host that waits for a dashboard answers at {url.GetLeftPart(UriPartial.Authority)}. Check the address, and that it was started with --DriverHost:ListenUrl. One that has a dashboard lets nobody else in." : refused.Message, refused);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The dashboard speaks to it no more. The host itself goes on, and so do its instances.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await hosts.RemoveAsync(id, cancellationToken);
        await directory.ReadAsync(cancellationToken);
    }

    /// <summary>Gives a host a new certificate for a new key.</summary>
    public async Task RenewAsync(EnrolledHostRow row, CancellationToken cancellationToken)
    {
        var host = directory.All.FirstOrDefault(h => h.Id == row.Id) ?? throw new HostEnrolmentException($"{row.Name} was removed.");
        var client = new DriverHostClient(host.Http, _ => ValueTask.FromResult(""));
        using var certificate = Sign(Der((await client.RequestCertificateAsync(cancellationToken)).Request));
        row.NextThumbprint = Certificates.Thumbprint(certificate);
        await hosts.PutAsync(row, cancellationToken);
        await directory.ReadAsync(cancellationToken);
        await client.InstallCertificateAsync(new HostCertificate(certificate.ExportCertificatePem()), cancellationToken);
        (row.Thumbprint, row.NextThumbprint, row.EndsAt) = (row.NextThumbprint, null, certificate.NotAfter.ToUniversalTime());
        await hosts.PutAsync(row, cancellationToken);
        await directory.ReadAsync(cancellationToken);
    }

    public void Dispose() => _one.Dispose();

    private async Task<string> AddOneAsync(Uri url, string code, string by, CancellationToken cancellationToken)
    {
        var proof = new EnrolmentProof(code);
        var seen = new SeenCertificate();
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => seen.IsSame(shown!.GetRawCertData()) } };
        using var http = new HttpClient(handler) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        var client = new DriverHostClient(http, _ => ValueTask.FromResult(""));

        // Looks who is there first: the proof is made for the certificate that the host shows.
        await client.IsLiveAsync(cancellationToken);
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var address = url.Host.Trim('[', ']');
        var ours = authority.Certificate;
        var answer = await client.EnrolAsync(
            new EnrolmentRequest(ours.ExportCertificatePem(), address, nonce, proof.OfDashboard(seen.Bytes!, ours.RawData, address, nonce)), cancellationToken);
        var request = Der(answer.Request);
        if (!EnrolmentProof.Same(proof.OfHost(request, answer.HostId, answer.HostName, nonce), answer.Proof))
        {
            throw new HostEnrolmentException("The host could not show that it knows the code: somebody may stand between. It was not added.");
        }

        if (directory.All.Any(h => h.Name == answer.HostName && h.Id != answer.HostId))
        {
            throw new HostEnrolmentException($"There is a host {answer.HostName} already. Give this one its own name with --DriverHost:ComputeHost, the name that nova.conf has for it.");
        }

        using var certificate = Sign(request);
        // Written before it is sent: a crash in between leaves a host that is silent and can be added again, never one that nobody knows.
        await hosts.PutAsync(
            new EnrolledHostRow
            {
                Id = answer.HostId,
                Name = answer.HostName,
                Url = url.GetLeftPart(UriPartial.Authority),
                Thumbprint = Certificates.Thumbprint(certificate),
                EndsAt = certificate.NotAfter.ToUniversalTime(),
                AddedAt = time.GetUtcNow().UtcDateTime,
                AddedBy = by,
            },
            cancellationToken);
        try
        {
            await client.FinishEnrolmentAsync(new HostCertificate(certificate.ExportCertificatePem(), proof.OfCertificate(certificate.RawData, nonce)), cancellationToken);
        }
        catch (DriverHostException refused) when (refused.StatusCode is not null)
        {
            await hosts.RemoveAsync(answer.HostId, CancellationToken.None);
            throw;
        }

        await directory.ReadAsync(cancellationToken);
        return answer.HostName;
    }

    private X509Certificate2 Sign(byte[] request)
    {
        try
        {
            return authority.SignHost(request);
        }
        catch (CryptographicException broken)
        {
            throw NoRequest(broken);
        }
    }

    private static byte[] Der(string pem)
    {
        try
        {
            return Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        }
        catch (ArgumentException broken)
        {
            throw NoRequest(broken);
        }
    }

    private static HostEnrolmentException NoRequest(Exception broken) => new("The host's request for a certificate could not be read.", broken);

    /// <summary>The first that is shown; nothing is believed of it yet, for that is what the proofs are for. From then on it is that one and no other.</summary>
    private sealed class SeenCertificate
    {
        public byte[]? Bytes { get; private set; }

        public bool IsSame(byte[] shown) => (Bytes ??= shown).AsSpan().SequenceEqual(shown);
    }
}

/// <summary>A host was not added or not given its certificate, with the reason in words.</summary>
internal sealed class HostEnrolmentException(string message, Exception? inner = null) : Exception(message, inner);
