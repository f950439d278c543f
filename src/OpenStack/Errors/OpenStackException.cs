using System.Net;

namespace OpenStack.Errors;

/// <summary>An OpenStack service refused a call, or did not answer (<see cref="StatusCode"/> is then null).</summary>
public sealed class OpenStackException : Exception
{
    public OpenStackException(string service, HttpMethod method, Uri? uri, HttpStatusCode? statusCode, string message, string? requestId = null, Exception? inner = null)
        : base(message, inner)
    {
        Service = service;
        Method = method;
        Uri = uri;
        StatusCode = statusCode;
        RequestId = requestId;
    }

    /// <summary><c>identity</c>, <c>image</c>, <c>compute</c>.</summary>
    public string Service { get; }
    public HttpMethod Method { get; }
    public Uri? Uri { get; }
    public HttpStatusCode? StatusCode { get; }
    public string? RequestId { get; }
    public bool Unreachable => StatusCode is null;
}
