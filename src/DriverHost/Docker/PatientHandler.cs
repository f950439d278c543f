using System.Globalization;
using System.Web;
using DriverHost.Telemetry;

namespace DriverHost.Docker;

/// <summary>Ends a call that the engine does not answer in time with <see cref="TimeoutException"/>. Streams (events, logs, stats, attach) may be silent as long as they like.</summary>
internal sealed class PatientHandler(HttpMessageHandler inner, EnginePatience patience, DriverHostMetrics metrics, TimeProvider time) : DelegatingHandler(inner)
{
    private enum Kind
    {
        Short,
        Long,
        Stream,
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var answer = await SendPatientlyAsync(request, cancellationToken);
            outcome = (int)answer.StatusCode >= 500 ? "error" : "ok";
            return answer;
        }
        catch (TimeoutException)
        {
            outcome = "timeout";
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            metrics.EngineCalled($"{request.Method} {EngineCall.Of(request.RequestUri?.AbsolutePath ?? "")}", time.GetElapsedTime(began), outcome);
        }
    }

    private async Task<HttpResponseMessage> SendPatientlyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var kind = KindOf(request);
        if (kind == Kind.Stream)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var limit = kind == Kind.Long ? patience.Long : patience.Short + Grace(request);
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            var answer = await base.SendAsync(request, either.Token);
            if (kind == Kind.Short)
            {
                await answer.Content.LoadIntoBufferAsync(either.Token);
            }

            return answer;
        }
        catch (OperationCanceledException late) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                string.Create(CultureInfo.InvariantCulture, $"The Docker engine did not answer {request.Method} {request.RequestUri?.AbsolutePath} in {limit.TotalSeconds:0.#} s."), late);
        }
    }

    private static Kind KindOf(HttpRequestMessage request)
    {
        var path = request.RequestUri?.AbsolutePath ?? "";
        return path[(path.LastIndexOf('/') + 1)..] switch
        {
            "events" or "logs" or "stats" or "attach" or "wait" => Kind.Stream,
            "start" when path.Contains("/exec/", StringComparison.Ordinal) => Kind.Stream,
            "commit" or "load" or "get" or "export" => Kind.Long,
            "create" when path.EndsWith("/images/create", StringComparison.Ordinal) => Kind.Long,
            "archive" when request.Method != HttpMethod.Head => Kind.Long,
            _ => Kind.Short,
        };
    }

    // A stop is answered when the process has ended.
    private static TimeSpan Grace(HttpRequestMessage request) =>
        int.TryParse(HttpUtility.ParseQueryString(request.RequestUri?.Query ?? "")["t"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
}
