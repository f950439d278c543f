using System.Net;
using System.Net.Http.Json;

namespace Dashboard.Tests;

/// <summary>A driver host that knows no instance but those with a log that a test gave it.</summary>
internal sealed class TestDriverHost : HttpMessageHandler
{
    private readonly Dictionary<string, Stream> _logs = [];

    /// <summary>The tokens that calls bore.</summary>
    public List<string> Tokens { get; } = [];

    /// <summary>Nobody answers at its address.</summary>
    public bool Silent { get; set; }

    public void GiveLog(string instanceId, Stream log) => _logs[instanceId] = log;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Silent)
        {
            throw new HttpRequestException("Connection refused.");
        }

        Tokens.Add(request.Headers.TryGetValues("X-Auth-Token", out var values) ? values.Single() : "");
        var log = _logs.FirstOrDefault(l => request.RequestUri!.AbsolutePath.Contains(l.Key, StringComparison.Ordinal)).Value;
        return Task.FromResult(log is null
            ? new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request, Content = JsonContent.Create(new { detail = "There is no such instance.", code = "not-found" }) }
            : new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StreamContent(log) });
    }
}
