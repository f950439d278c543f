using System.Net;
using DriverHost.Client;
using OpenStack.Errors;

namespace Dashboard.Components;

/// <summary>A failure in the words that people get: what happened, why, what to do. Make it with <see cref="Of"/>.</summary>
public sealed record Problem(string What, string Why, string Remedy, string? RequestId = null)
{
    /// <param name="what">What did not happen: "The instances could not be loaded."</param>
    public static Problem Of(string what, Exception error) => error switch
    {
        OpenStackException { Unreachable: true } cloud => new(what, $"{Name(cloud.Service)} does not answer.", "Try again in a minute; if it stays silent, tell an operator."),
        OpenStackException { StatusCode: HttpStatusCode.Forbidden } cloud => new(what, $"{Name(cloud.Service)} does not allow it: {Sentence(cloud)}", "Ask a project administrator for the role.", cloud.RequestId),
        OpenStackException { StatusCode: HttpStatusCode.Unauthorized } cloud => new(what, "The sign-in has ended.", "Sign in again.", cloud.RequestId),
        OpenStackException { StatusCode: HttpStatusCode.NotFound } cloud => new(what, Sentence(cloud), "It may have been deleted meanwhile, or belong to another project.", cloud.RequestId),
        OpenStackException { StatusCode: HttpStatusCode.NotImplemented } cloud => new(what, Sentence(cloud), ""),
        OpenStackException { StatusCode: >= HttpStatusCode.InternalServerError } cloud => new(what, $"{Name(cloud.Service)} failed: {Sentence(cloud)}", "Try again; if it fails again, give an operator the request id.", cloud.RequestId),
        OpenStackException cloud => new(what, $"{Name(cloud.Service)} refused: {Sentence(cloud)}", "", cloud.RequestId),
        DriverHostException { Code: "unreachable" } => new(what, "The driver host does not answer.", "Try again in a minute; if it stays silent, tell an operator."),
        DriverHostException host => new(what, host.Message, ""),
        OperationCanceledException => new(what, "It took too long.", "Try again."),
        _ => new(what, "The dashboard itself failed.", "Try again; the operator finds the reason in the dashboard's log."),
    };

    // Some services end their words with a full stop and some do not; ours go on after them.
    private static string Sentence(OpenStackException cloud) => cloud.Message.TrimEnd() is { Length: > 0 } words && !".!?".Contains(words[^1], StringComparison.Ordinal) ? words + "." : cloud.Message;

    private static string Name(string service) => service switch { "identity" => "Keystone", "image" => "Glance", "compute" => "Nova", "placement" => "Placement", _ => service };
}
