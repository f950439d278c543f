using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace DriverHost.Enrolment;

/// <summary>Marks a route of the outer door: for the enrolled dashboard itself, whoever's token it bears.</summary>
internal sealed class ForDashboard
{
    public static readonly ForDashboard Instance = new();
}

/// <summary>Marks a route that a dashboard may call before the host is enrolled, and only then.</summary>
internal sealed class ForEnrolment
{
    public static readonly ForEnrolment Instance = new();
}

/// <summary>
/// The door for dashboards on other machines (<c>DriverHost:ListenUrl</c>): TLS, and no connection without a certificate of the authority that the host
/// was enrolled with. It only opens the way: what a call may do is decided by its Keystone token, as at the socket.
/// </summary>
internal static class OuterDoor
{
    /// <summary>Has the server listen at the socket and at the outer door.</summary>
    public static void Listen(WebApplicationBuilder builder, DriverHostOptions options, Uri outer)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(options.Url.LocalPath);
            void Tls(ListenOptions listen)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = context => ValueTask.FromResult(Handshake(
                        kestrel.ApplicationServices.GetRequiredService<HostKeys>(), kestrel.ApplicationServices.GetRequiredService<TimeProvider>())),
                });
            }

            if (IPAddress.TryParse(outer.Host.Trim('[', ']'), out var address))
            {
                kestrel.Listen(address, outer.Port, Tls);
            }
            else if (outer.Host == "localhost")
            {
                kestrel.ListenLocalhost(outer.Port, Tls);
            }
            else
            {
                kestrel.ListenAnyIP(outer.Port, Tls);
            }
        });
    }

    /// <summary>Through the outer door: nothing but enrolment before it, all but enrolment after it.</summary>
    public static void UseOuterDoor(this WebApplication app) => app.Use((context, next) =>
    {
        var keys = context.RequestServices.GetRequiredService<HostKeys>();
        var metadata = context.GetEndpoint()?.Metadata;
        var enrols = metadata?.GetMetadata<ForEnrolment>() is not null;
        if (!context.Request.IsHttps)
        {
            return enrols || metadata?.GetMetadata<ForDashboard>() is not null
                ? throw new DriverFailure(403, "outer_door_only", "This is for a dashboard, through the host's outer door (DriverHost:ListenUrl).")
                : next();
        }

        if (keys.Authority is null)
        {
            return enrols || context.Request.Path == "/healthz/live" ? next() : throw new DriverFailure(403, "not_enrolled", "This host is not enrolled with a dashboard: an administrator adds it on the page Hosts.");
        }

        if (enrols)
        {
            throw new DriverFailure(409, "already_enrolled", "This host is enrolled with a dashboard. To enrol it anew, remove secrets/dashboard-authority.pem from its data folder and start it again.");
        }

        // A connection of before the enrolment has none.
        return context.Connection.ClientCertificate is null
            ? throw new DriverFailure(403, "no_certificate", "Connect again with the certificate of the dashboard.")
            : next();
    });

    public static TBuilder ForDashboardOnly<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.AllowNoToken().WithMetadata(ForDashboard.Instance);

    public static TBuilder ForEnrolmentOnly<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.AllowNoToken().WithMetadata(ForEnrolment.Instance);

    private static SslServerAuthenticationOptions Handshake(HostKeys keys, TimeProvider time)
    {
        var authority = keys.Authority;
        return new SslServerAuthenticationOptions
        {
            ServerCertificate = keys.Certificate,
            ClientCertificateRequired = authority is not null,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => authority is null
                || certificate is X509Certificate2 given && Certificates.IsOf(given, authority, Certificates.ClientUsage, time.GetUtcNow()),
        };
    }
}
