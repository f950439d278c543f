using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DriverHost.Client;
using DriverHost.Enrolment;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using TestKit;

namespace DriverHost.Tests.Enrolment;

/// <summary>The door for dashboards of other machines: who comes in before, during and after the enrolment.</summary>
public sealed class OuterDoorTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private const string Nonce = "bm9uY2U=";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("outer-door-");
    private readonly string _url = $"https://127.0.0.1:{ProductProcess.FreePort()}";
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly DoorAuthority _dashboard = new();
    private readonly List<HttpClient> _clients = [];
    private RunningDriverHost? _host;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string CodeFile => Path.Combine(_folder.FullName, "secrets", "enrolment-code");

    [Fact]
    public async Task Enrolment_WithTheCode_LetsThisDashboardInAndNobodyElse()
    {
        await StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CodeFile));

        await EnrolAsync(await File.ReadAllTextAsync(CodeFile, Cancelled));

        // Through TLS, the token decides as at the socket.
        Assert.Empty(await As(_dashboard, "member").ListAsync(Cancelled));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<DriverHostException>(() => As(_dashboard, null).ListAsync(Cancelled))).StatusCode);
        Assert.Null((await Assert.ThrowsAsync<DriverHostException>(() => As(null, "admin").ListAsync(Cancelled))).StatusCode);
        using var stranger = new DoorAuthority();
        Assert.Null((await Assert.ThrowsAsync<DriverHostException>(() => As(stranger, "admin").ListAsync(Cancelled))).StatusCode);
        Assert.False(File.Exists(CodeFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "secrets", "host.pem")));
    }

    [Fact]
    public async Task Enrolment_Done_HoldsAfterARestartAndIsNotDoneTwice()
    {
        await StartAsync();
        var code = await File.ReadAllTextAsync(CodeFile, Cancelled);
        await EnrolAsync(code);
        await _host!.DisposeAsync();
        await StartAsync();

        Assert.Empty(await As(_dashboard, "member").ListAsync(Cancelled));
        Assert.False(File.Exists(CodeFile));
        var again = Request(new EnrolmentProof(code), await SeenAsync(_dashboard));
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => As(_dashboard, "admin").EnrolAsync(again, Cancelled));
        Assert.Equal("already_enrolled", refused.Code);
    }

    [Fact]
    public async Task Door_BeforeTheEnrolment_IsClosedToEveryToken()
    {
        await StartAsync();

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => As(null, "admin").ListAsync(Cancelled));

        Assert.Equal((HttpStatusCode.Forbidden, "not_enrolled"), (refused.StatusCode, refused.Code));
    }

    [Fact]
    public async Task Enrolment_ByWhoStandsBetween_IsRefused()
    {
        await StartAsync();
        var proof = new EnrolmentProof(await File.ReadAllTextAsync(CodeFile, Cancelled));
        var seen = await SeenAsync();
        seen[^1] ^= 1;

        var refused = await Assert.ThrowsAsync<DriverHostException>(() => As(null, "admin").EnrolAsync(Request(proof, seen), Cancelled));

        Assert.Equal("wrong_code", refused.Code);
    }

    [Fact]
    public async Task Code_TriedFiveTimesWrongly_IsOver()
    {
        await StartAsync();
        var right = await RequestAsync(new EnrolmentProof(await File.ReadAllTextAsync(CodeFile, Cancelled)));
        var wrong = await RequestAsync(new EnrolmentProof("AAAAA-AAAAA-AAAAA-AAAAA"));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("wrong_code", (await Assert.ThrowsAsync<DriverHostException>(() => As(null, "admin").EnrolAsync(wrong, Cancelled))).Code);
        }

        Assert.Equal("code_over", (await Assert.ThrowsAsync<DriverHostException>(() => As(null, "admin").EnrolAsync(right, Cancelled))).Code);
    }

    [Fact]
    public async Task Code_AfterItsHour_IsOver()
    {
        await StartAsync();
        var right = await RequestAsync(new EnrolmentProof(await File.ReadAllTextAsync(CodeFile, Cancelled)));

        _time.Advance(EnrolmentCode.Lifetime);

        Assert.Equal("code_over", (await Assert.ThrowsAsync<DriverHostException>(() => As(null, "admin").EnrolAsync(right, Cancelled))).Code);
    }

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsNotTaken()
    {
        await StartAsync();
        var proof = new EnrolmentProof(await File.ReadAllTextAsync(CodeFile, Cancelled));
        var answer = await As(null, "admin").EnrolAsync(await RequestAsync(proof), Cancelled);
        using var other = new DoorAuthority();
        using var certificate = other.Sign(answer.Request);

        var refused = await Assert.ThrowsAsync<DriverHostException>(
            () => As(null, "admin").FinishEnrolmentAsync(new HostCertificate(certificate.ExportCertificatePem(), proof.OfCertificate(certificate.RawData, Nonce)), Cancelled));

        Assert.Equal("wrong_certificate", refused.Code);
        Assert.True(File.Exists(CodeFile));
    }

    [Fact]
    public async Task Certificate_Next_IsShownToNewConnectionsAndNeedsTheDashboard()
    {
        await StartAsync();
        await EnrolAsync(await File.ReadAllTextAsync(CodeFile, Cancelled));
        var before = await SeenAsync(_dashboard);

        using var next = _dashboard.Sign((await As(_dashboard, null).RequestCertificateAsync(Cancelled)).Request);
        await As(_dashboard, null).InstallCertificateAsync(new HostCertificate(next.ExportCertificatePem()), Cancelled);

        Assert.NotEqual(before, next.RawData);
        Assert.Equal(next.RawData, await SeenAsync(_dashboard));
        Assert.Null((await Assert.ThrowsAsync<DriverHostException>(() => As(null, "admin").RequestCertificateAsync(Cancelled))).StatusCode);
        // It was for the key of that request, which is used up.
        Assert.Equal("wrong_certificate", (await Assert.ThrowsAsync<DriverHostException>(
            () => As(_dashboard, null).InstallCertificateAsync(new HostCertificate(next.ExportCertificatePem()), Cancelled))).Code);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _dashboard.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task StartAsync() => _host = await RunningDriverHost.StartAsync(
        _folder.FullName, fixture.Cloud, builder => builder.Services.Replace(ServiceDescriptor.Singleton<EnrolmentCode>(s => new EnrolmentCode(s.GetRequiredService<DriverHostOptions>(), _time))), listen: _url);

    private async Task EnrolAsync(string code)
    {
        var proof = new EnrolmentProof(code);
        var answer = await As(null, null).EnrolAsync(await RequestAsync(proof), Cancelled);
        Assert.Equal("compute-1", answer.HostName);
        using var certificate = _dashboard.Sign(answer.Request);
        await As(null, null).FinishEnrolmentAsync(new HostCertificate(certificate.ExportCertificatePem(), proof.OfCertificate(certificate.RawData, Nonce)), Cancelled);
    }

    private async Task<EnrolmentRequest> RequestAsync(EnrolmentProof proof) => Request(proof, await SeenAsync());

    private EnrolmentRequest Request(EnrolmentProof proof, byte[] seen) =>
        new(_dashboard.Certificate.ExportCertificatePem(), "127.0.0.1", Nonce, proof.OfDashboard(seen, _dashboard.Certificate.RawData, "127.0.0.1", Nonce));

    /// <summary>The certificate that the door shows.</summary>
    private async Task<byte[]> SeenAsync(DoorAuthority? dashboard = null)
    {
        byte[]? seen = null;
        using var http = Http(dashboard, c => seen = c);
        using var answer = await http.GetAsync("healthz/live", Cancelled);
        return seen!;
    }

    /// <param name="dashboard">Whose certificate is shown; null: none.</param>
    private DriverHostClient As(DoorAuthority? dashboard, string? role)
    {
        var http = Http(dashboard, _ => { });
        _clients.Add(http);
        var token = role is null ? "none" : fixture.Cloud.Keystone.Issue(TestSpecs.NewProject(), [role]);
        return new DriverHostClient(http, _ => ValueTask.FromResult(token));
    }

    private HttpClient Http(DoorAuthority? dashboard, Action<byte[]> saw) => DriverHostClient.CreateHttp(
        new Uri(_url),
        new SslClientAuthenticationOptions
        {
            LocalCertificateSelectionCallback = (_, _, _, _, _) => dashboard?.Client!,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                saw(certificate!.GetRawCertData());
                return certificate is X509Certificate2;
            },
        });

    /// <summary>A dashboard's authority, as small as can be.</summary>
    private sealed class DoorAuthority : IDisposable
    {
        public DoorAuthority()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
            using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var signed = Sign(new CertificateRequest("CN=dashboard", own, HashAlgorithmName.SHA256), Certificates.ClientUsage);
            using var whole = signed.CopyWithPrivateKey(own);
            Client = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
        }

        public X509Certificate2 Certificate { get; }
        public X509Certificate2 Client { get; }

        public X509Certificate2 Sign(string request) =>
            Sign(CertificateRequest.LoadSigningRequestPem(request, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions), Certificates.ServerUsage);

        public void Dispose()
        {
            Certificate.Dispose();
            Client.Dispose();
        }

        private X509Certificate2 Sign(CertificateRequest request, string usage)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], true));
            return request.Create(Certificate, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(16));
        }
    }
}
