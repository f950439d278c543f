using System.Net;

namespace DriverHost.Client;

/// <summary>The driver host refused, or could not be reached (<see cref="StatusCode"/> is then null).</summary>
public sealed class DriverHostException : Exception
{
    public DriverHostException(HttpStatusCode? statusCode, string code, string message, Exception? inner = null)
        : base(message, inner)
    {
        StatusCode = statusCode;
        Code = code;
    }

    public HttpStatusCode? StatusCode { get; }

    /// <summary>Stable, for programs; <c>unreachable</c> when nobody answered.</summary>
    public string Code { get; }
}
