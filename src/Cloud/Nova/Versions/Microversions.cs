using Cloud.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cloud.Nova.Versions;

/// <summary>
/// Settles which microversion a request speaks, from <c>OpenStack-API-Version: compute 2.47</c> or the older
/// <c>X-OpenStack-Nova-API-Version: 2.47</c>, and says so in the answer. Without either header it is 2.1.
/// </summary>
internal static class Microversions
{
    private const string Header = "OpenStack-API-Version";
    private const string LegacyHeader = "X-OpenStack-Nova-API-Version";
    private const string Service = "compute";

    /// <summary>The microversion of a request below <c>/compute/v2.1</c>.</summary>
    public static Microversion Of(HttpContext context) => context.Features.Get<Negotiated>()?.Version ?? Microversion.Minimum;

    /// <summary>nova: an action or a route that a microversion has not yet, or no longer, is not there.</summary>
    public static void RequireAtLeast(HttpContext context, int major, int minor)
    {
        if (!Of(context).AtLeast(major, minor))
        {
            throw Unsupported(Of(context));
        }
    }

    /// <summary>Refuses from that microversion on: what it removed.</summary>
    public static void RequireBelow(HttpContext context, int major, int minor)
    {
        if (Of(context).AtLeast(major, minor))
        {
            throw Unsupported(Of(context));
        }
    }

    public static void UseMicroversions(this WebApplication app, PathString prefix) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(prefix))
        {
            return next(context);
        }

        var version = Read(context.Request.Headers);
        context.Features.Set(new Negotiated(version));
        context.Response.Headers[Header] = $"{Service} {version}";
        context.Response.Headers[LegacyHeader] = version.ToString();
        context.Response.Headers.Vary = $"{Header}, {LegacyHeader}";
        return next(context);
    });

    private static CloudFailure Unsupported(Microversion version) =>
        CloudFailure.NotFound($"API version '{version}' is not supported on this method.");

    private static Microversion Read(IHeaderDictionary headers)
    {
        if (Asked(headers) is not { } asked)
        {
            return Microversion.Minimum;
        }

        if (asked == "latest")
        {
            return Microversion.Maximum;
        }

        if (!Microversion.TryParse(asked, out var version))
        {
            throw CloudFailure.Invalid($"API Version String {asked} is of invalid format. Must be of format MajorNum.MinorNum.");
        }

        return version.CompareTo(Microversion.Minimum) >= 0 && version.CompareTo(Microversion.Maximum) <= 0
            ? version
            : throw new CloudFailure(
                FailureKind.NotAcceptable,
                $"Version {version} is not supported by the API. Minimum is {Microversion.Minimum} and maximum is {Microversion.Maximum}.");
    }

    // One header may name several services: "compute 2.47, identity 3.10". The last word for compute counts.
    private static string? Asked(IHeaderDictionary headers)
    {
        var ours = headers[Header].SelectMany(value => (value ?? "").Split(','))
            .Select(part => part.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .LastOrDefault(part => part.Length > 1 && string.Equals(part[0], Service, StringComparison.OrdinalIgnoreCase));
        return ours?[1] ?? (headers[LegacyHeader].ToString().Trim() is { Length: > 0 } legacy ? legacy : null);
    }

    private sealed record Negotiated(Microversion Version);
}
