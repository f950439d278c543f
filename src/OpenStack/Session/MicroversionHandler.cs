using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenStack.Errors;

namespace OpenStack.Session;

/// <summary>
/// Speaks with Nova at the newest microversion that both know. Our clients ask at the newest of ours; a Nova that is older says 406, is asked once for
/// its own newest, and from then on spoken to at that. What it does not tell then is missing in its answers.
/// </summary>
internal sealed partial class MicroversionHandler(HttpMessageHandler shared, Uri endpoint) : HttpMessageHandler
{
    /// <summary>Below it the meaning of what we send differs: a lock takes no reason. It came with OpenStack Train.</summary>
    private static readonly Version Oldest = new(2, 73);

    private readonly HttpMessageInvoker _shared = new(shared, disposeHandler: false);
    private volatile string? _agreed;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_agreed is not null)
        {
            Ask(request, _agreed);
        }

        var response = await _shared.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotAcceptable || _agreed is not null)
        {
            return response;
        }

        response.Dispose();
        _agreed = await NewestAsync(request, cancellationToken);
        Ask(request, _agreed);
        return await _shared.SendAsync(request, cancellationToken);
    }

    private async Task<string> NewestAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, $"{AfterVersion().Replace(endpoint.ToString(), "$1")}/");
        foreach (var token in request.Headers.TryGetValues("X-Auth-Token", out var tokens) ? tokens : [])
        {
            question.Headers.Add("X-Auth-Token", token);
        }

        using var answer = await _shared.SendAsync(question, cancellationToken);
        var words = await answer.Content.ReadAsStringAsync(cancellationToken);
        var newest = Newest(words);
        return newest >= Oldest
            ? newest.ToString()
            : throw new OpenStackException(
                "compute", request.Method, request.RequestUri, HttpStatusCode.NotAcceptable,
                $"This Nova is too old for the dashboard: it speaks {(newest is null ? "no microversion" : $"microversions up to {newest}")}, and {Oldest} is the least that is needed.");
    }

    /// <summary>Of <c>{"version": {"version": "2.93", …}}</c>; null when it says none.</summary>
    private static Version? Newest(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("version", out var version) && version.TryGetProperty("version", out var newest) && Version.TryParse(newest.GetString(), out var parsed) ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Ask(HttpRequestMessage request, string version)
    {
        request.Headers.Remove("OpenStack-API-Version");
        request.Headers.Add("OpenStack-API-Version", string.Create(CultureInfo.InvariantCulture, $"compute {version}"));
        request.Headers.Remove("X-OpenStack-Nova-API-Version");
        request.Headers.Add("X-OpenStack-Nova-API-Version", version);
    }

    protected override void Dispose(bool disposing)
    {
        _shared.Dispose();
        base.Dispose(disposing);
    }

    // The version document is at the version; the project's id may be behind it.
    [GeneratedRegex(@"^(.*/v\d+(?:\.\d+)?)(/.*)?$", RegexOptions.None, 1000)]
    private static partial Regex AfterVersion();
}
