using System.Net;
using System.Text;

namespace OpenStack.Tests.Session;

/// <summary>A service that always says the same, or never anything.</summary>
internal sealed class StubHandler(Func<HttpResponseMessage> answer) : HttpMessageHandler
{
    public static StubHandler Answering(HttpStatusCode status, string json, string? requestId = null, string? subjectToken = null) => new(() =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (requestId is not null)
        {
            response.Headers.Add("x-openstack-request-id", requestId);
        }

        if (subjectToken is not null)
        {
            response.Headers.Add("X-Subject-Token", subjectToken);
        }

        return response;
    });

    /// <summary>Called with each request.</summary>
    public Action<HttpRequestMessage>? Seen { get; set; }

    public static StubHandler Failing(Exception error) => new(() => throw error);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Seen?.Invoke(request);
        var response = answer();
        response.RequestMessage = request;
        return Task.FromResult(response);
    }
}
