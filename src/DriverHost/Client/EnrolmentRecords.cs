using System.Security.Cryptography;
using System.Text;

namespace DriverHost.Client;

/// <summary><c>POST /v1/enrolment</c>: a dashboard that was given the host's one-time code asks it to trust its authority.</summary>
/// <param name="Authority">The dashboard's authority for driver hosts: a certificate, PEM.</param>
/// <param name="Address">The name or IP address that the dashboard reaches the host by.</param>
/// <param name="Nonce">32 random bytes, base64.</param>
/// <param name="Proof"><see cref="EnrolmentProof.OfDashboard"/>: who asks knows the code, and sees this host and nobody between.</param>
public sealed record EnrolmentRequest(string Authority, string Address, string Nonce, string Proof);

/// <param name="HostId">The driver host's own id, which no other has.</param>
/// <param name="HostName">As Nova calls its compute host.</param>
/// <param name="Request">What the authority is to sign: a certificate request (PKCS #10), PEM.</param>
/// <param name="Proof"><see cref="EnrolmentProof.OfHost"/>.</param>
public sealed record EnrolmentAnswer(string HostId, string HostName, string Request, string Proof);

/// <summary><c>POST /v1/enrolment/certificate</c> and <c>POST /v1/certificate</c>: the signed certificate.</summary>
/// <param name="Certificate">PEM.</param>
/// <param name="Proof"><see cref="EnrolmentProof.OfCertificate"/>; null when an enrolled host gets a new one.</param>
public sealed record HostCertificate(string Certificate, string? Proof = null);

/// <summary><c>POST /v1/certificate/request</c>: an enrolled host asks for its next certificate, for a key that it has just made.</summary>
/// <param name="Request">PKCS #10, PEM.</param>
public sealed record CertificateRequestAnswer(string Request);

/// <summary>What shows, each to the other, that a dashboard and a driver host know the same one-time code. HMAC-SHA256, lower-case hex.</summary>
/// <param name="code">As it was read or typed: case, spaces and hyphens do not count.</param>
public sealed class EnrolmentProof(string code)
{
    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(Plain(code)), 32, info: "dashboard host enrolment"u8.ToArray());

    /// <param name="hostCertificate">DER of the certificate that the dashboard saw at the host's door: another one means that somebody stands between.</param>
    public string OfDashboard(byte[] hostCertificate, byte[] authority, string address, string nonce) => Of("dashboard", Digest(hostCertificate), Digest(authority), address, nonce);

    public string OfHost(byte[] request, string hostId, string hostName, string nonce) => Of("host", Digest(request), hostId, hostName, nonce);

    public string OfCertificate(byte[] certificate, string nonce) => Of("certificate", Digest(certificate), nonce);

    /// <summary>Compares in a time that tells nothing.</summary>
    public static bool Same(string proof, string? other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(proof), Encoding.UTF8.GetBytes(other ?? ""));

    public static string Plain(string code) => new([.. code.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string Of(params ReadOnlySpan<string> parts) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Join('\n', parts))));
}
