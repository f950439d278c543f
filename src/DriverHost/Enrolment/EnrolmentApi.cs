using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DriverHost.Client;
using DriverHost.Host;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace DriverHost.Enrolment;

/// <summary>How a host comes to trust a dashboard, by a one-time code that both know, and how it gets its next certificate.</summary>
internal static class EnrolmentApi
{
    public static void MapEnrolment(this IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/enrolment", Begin).ForEnrolmentOnly();
        app.MapPost("/v1/enrolment/certificate", Finish).ForEnrolmentOnly();
        app.MapPost("/v1/certificate/request", Next).ForDashboardOnly();
        app.MapPost("/v1/certificate", Install).ForDashboardOnly();
    }

    private static Ok<EnrolmentAnswer> Begin(EnrolmentRequest request, EnrolmentDesk desk) => TypedResults.Ok(desk.Begin(request));

    private static NoContent Finish(HostCertificate certificate, EnrolmentDesk desk)
    {
        desk.Finish(certificate);
        return TypedResults.NoContent();
    }

    private static Ok<CertificateRequestAnswer> Next(HostKeys keys) =>
        TypedResults.Ok(new CertificateRequestAnswer(PemEncoding.WriteString("CERTIFICATE REQUEST", keys.Request(EnrolmentDesk.AddressOf(keys.Certificate)))));

    private static NoContent Install(HostCertificate certificate, HostKeys keys)
    {
        using var read = EnrolmentDesk.Read(certificate.Certificate);
        return keys.TryInstall(read, keys.Authority!) ? TypedResults.NoContent() : throw EnrolmentDesk.NotOurs();
    }
}

/// <summary>One enrolment: who is asked first waits for the certificate of whom it answered last.</summary>
internal sealed class EnrolmentDesk(HostKeys keys, EnrolmentCode code, HostId id, DriverHostOptions options, ILogger<EnrolmentDesk> logger)
{
    private readonly Lock _lock = new();
    private (X509Certificate2 Authority, string Nonce)? _begun;

    public EnrolmentAnswer Begin(EnrolmentRequest request)
    {
        var authority = Read(request.Authority);
        if (Uri.CheckHostName(request.Address) == UriHostNameType.Unknown)
        {
            throw DriverFailure.Invalid("The address is neither a name nor an IP address.");
        }

        var proof = code.Try(p => p.OfDashboard(keys.Certificate.RawData, authority.RawData, request.Address, request.Nonce), request.Proof)
            ?? throw new DriverFailure(403, "wrong_code", "The code is not this host's, or somebody stands between the dashboard and this host.");
        lock (_lock)
        {
            _begun = (authority, request.Nonce);
            var wanted = keys.Request(request.Address);
            return new EnrolmentAnswer(id.Value, options.ComputeHost, PemEncoding.WriteString("CERTIFICATE REQUEST", wanted), proof.OfHost(wanted, id.Value, options.ComputeHost, request.Nonce));
        }
    }

    public void Finish(HostCertificate given)
    {
        lock (_lock)
        {
            if (_begun is not var (authority, nonce))
            {
                throw DriverFailure.Conflict("not_begun", "No enrolment has begun here. Begin again.");
            }

            using var certificate = Read(given.Certificate);
            if (code.Try(p => p.OfCertificate(certificate.RawData, nonce), given.Proof) is null || !keys.TryInstall(certificate, authority))
            {
                throw NotOurs();
            }

            code.UseUp();
            _begun = null;
            var thumbprint = Certificates.Thumbprint(authority);
            EnrolmentLog.Enrolled(logger, thumbprint);
        }
    }

    public static X509Certificate2 Read(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException broken)
        {
            throw new DriverFailure(400, "invalid", "This is no certificate in PEM.", broken);
        }
    }

    public static DriverFailure NotOurs() => DriverFailure.Conflict("wrong_certificate", "The certificate is not for this host's key, or not of the authority that it trusts.");

    /// <summary>The name or address that the certificate is for.</summary>
    public static string AddressOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        return names.EnumerateIPAddresses().Select(a => a.ToString()).Concat(names.EnumerateDnsNames()).First();
    }
}

internal static partial class EnrolmentLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Enrolled with the dashboard whose authority is {Authority}")]
    public static partial void Enrolled(ILogger logger, string authority);
}
