using System.Net;
using DriverHost.Docker;
using DriverHost.Telemetry;
using DriverHost.Tests.Telemetry;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;

namespace DriverHost.Tests.Faults;

public sealed class PatientHandlerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestMeters _meters = new();
    private readonly TaskCompletionSource<HttpResponseMessage> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _meters.Dispose();

    [Theory]
    [InlineData("POST", "/v1.41/containers/a/start", 61)]
    [InlineData("GET", "/v1.41/containers/json", 61)]
    [InlineData("HEAD", "/v1.41/containers/a/archive", 61)]
    [InlineData("POST", "/v1.41/containers/a/stop?t=30", 91)]
    [InlineData("POST", "/v1.41/commit", 1801)]
    [InlineData("POST", "/v1.41/images/load", 1801)]
    [InlineData("GET", "/v1.41/images/a/get", 1801)]
    public async Task Call_NotAnsweredInItsTime_EndsInWords(string method, string target, int seconds)
    {
        using var client = Client();
        using var calls = new MetricCollector<double>(_meters, DriverHostHosting.TelemetryName, "driver_host.engine.call.duration");
        var asked = client.SendAsync(new HttpRequestMessage(new HttpMethod(method), target), TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(seconds - 2));
        Assert.False(asked.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        var late = await Assert.ThrowsAsync<TimeoutException>(() => asked);
        Assert.Equal("timeout", calls.LastMeasurement!.Tags["outcome"]);
        Assert.StartsWith($"The Docker engine did not answer {method} {target.Split('?')[0]} in ", late.Message, StringComparison.Ordinal);
        Assert.Equal("engine_unreachable", EngineFailure.TryRead(late)!.Code);
    }

    [Theory]
    [InlineData("/v1.41/events")]
    [InlineData("/v1.41/containers/a/logs?follow=1")]
    [InlineData("/v1.41/containers/a/stats")]
    [InlineData("/v1.41/containers/a/wait")]
    [InlineData("/v1.41/exec/a/start")]
    public async Task Stream_MayBeSilentAsLongAsItLikes(string target)
    {
        using var client = Client();
        var asked = client.GetAsync(new Uri(target, UriKind.Relative), TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromDays(2));
        _answer.SetResult(new HttpResponseMessage(HttpStatusCode.OK));

        Assert.Equal(HttpStatusCode.OK, (await asked).StatusCode);
    }

    [Fact]
    public async Task Call_GivenUpByItsCaller_IsNoTimeout()
    {
        using var client = Client();
        using var stop = new CancellationTokenSource();
        var asked = client.GetAsync(new Uri("/v1.41/info", UriKind.Relative), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private HttpClient Client() => new(new PatientHandler(new Waiting(_answer.Task), EnginePatience.Default, new DriverHostMetrics(_meters), _time)) { BaseAddress = new Uri("http://docker"), Timeout = Timeout.InfiniteTimeSpan };

    private sealed class Waiting(Task<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer.WaitAsync(cancellationToken);
    }
}
