using System.Net;
using DriverHost.Client;

namespace Cloud.Nova.Drivers;

/// <summary>The compute host is a driver host: every call is one of its HTTP API's, with the token of Nova's own user.</summary>
internal sealed class DockerComputeDriver : IComputeDriver, IDisposable
{
    private readonly NovaUser _user;
    private readonly HttpClient _http;
    private readonly DriverHostClient _client;

    public DockerComputeDriver(CloudOptions options, NovaUser user)
    {
        _user = user;
        _http = DriverHostClient.CreateHttp(options.DriverHostUrl);
        _client = new DriverHostClient(_http, user.TokenAsync);
    }

    public Task<HostInstance> SpawnAsync(string id, InstanceSpec spec, CancellationToken cancellationToken) => TwiceAsync(() => _client.SpawnAsync(id, spec, cancellationToken));

    public Task DestroyAsync(string id, CancellationToken cancellationToken) => TwiceAsync(async () =>
    {
        await _client.DeleteAsync(id, cancellationToken);
        return true;
    });

    public Task<HostInstance> StartAsync(string id, CancellationToken cancellationToken) => TwiceAsync(() => _client.StartAsync(id, cancellationToken));
    public Task<HostInstance> StopAsync(string id, CancellationToken cancellationToken) => TwiceAsync(() => _client.StopAsync(id, null, cancellationToken));
    public Task<HostInstance> RebootAsync(string id, bool hard, CancellationToken cancellationToken) => TwiceAsync(() => _client.RebootAsync(id, hard, cancellationToken));
    public Task<HostInstance> PauseAsync(string id, CancellationToken cancellationToken) => TwiceAsync(() => _client.PauseAsync(id, cancellationToken));
    public Task<HostInstance> UnpauseAsync(string id, CancellationToken cancellationToken) => TwiceAsync(() => _client.UnpauseAsync(id, cancellationToken));

    public Task SnapshotAsync(string id, SnapshotRequest request, CancellationToken cancellationToken) => TwiceAsync(() => _client.SnapshotAsync(id, request, cancellationToken));

    public Task<HostRecord> GetHostAsync(CancellationToken cancellationToken) => TwiceAsync(() => _client.GetHostAsync(cancellationToken));

    public async Task<byte[]> ReadConsoleAsync(string id, int? lines, int mostBytes, CancellationToken cancellationToken)
    {
        // A line is at least its newline, so so many lines are enough to fill the bytes.
        var query = new LogQuery { Tail = Math.Min(lines ?? mostBytes, mostBytes) };
        using var answer = await TwiceAsync(() => _client.OpenLogsAsync(id, query, "text/plain", cancellationToken));
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var tail = new ByteTail(mostBytes);
        await tail.ReadAsync(body, cancellationToken);
        return tail.ToArray();
    }

    public async IAsyncEnumerable<HostEvent> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = _client.WatchAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events)
        {
            while (await ForgetWhenRefusedAsync(async () => await events.MoveNextAsync()))
            {
                yield return events.Current;
            }
        }

        throw new DriverHostException(null, "unreachable", "The driver host ended the stream of its events.");
    }

    public void Dispose() => _http.Dispose();

    // A token that the driver host no longer takes is replaced once: it may have been revoked, or the cloud's books are new.
    private async Task<T> TwiceAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await ForgetWhenRefusedAsync(call);
        }
        catch (DriverHostException refused) when (refused.StatusCode == HttpStatusCode.Unauthorized)
        {
            return await call();
        }
    }

    private async Task<T> ForgetWhenRefusedAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (DriverHostException refused) when (refused.StatusCode == HttpStatusCode.Unauthorized)
        {
            _user.Forget();
            throw;
        }
        catch (Exception lost) when (lost is IOException or HttpRequestException)
        {
            throw new DriverHostException(null, "unreachable", "The driver host went away in the middle of its answer.", lost);
        }
    }
}
