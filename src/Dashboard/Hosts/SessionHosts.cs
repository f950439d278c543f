using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DriverHost.Client;
using OpenStack.Errors;
using OpenStack.Nova;

namespace Dashboard.Hosts;

/// <summary>The driver hosts as one user: with the user's own token, by which each decides what it shows. Knows which of them has an instance.</summary>
internal sealed class SessionHosts(Func<IReadOnlyList<KnownHost>> all, INovaApi nova, Func<string> token, TimeProvider time)
{
    /// <summary>The code of what is asked of a host that this dashboard does not speak to (any more).</summary>
    public const string NoHost = "no_driver_host";

    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    /// <summary>Who asks every host waits no longer for one of them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (KnownHost Host, DateTimeOffset Until)> _found = new(StringComparer.Ordinal);

    public IReadOnlyList<KnownHost> All => all();

    public DriverHostClient On(KnownHost host) => new(host.Http, _ => ValueTask.FromResult(token()));

    /// <exception cref="DriverHostException">404: there is no host of that name here.</exception>
    public DriverHostClient On(string name) => On(All.FirstOrDefault(h => h.Name == name) ?? throw Not(NoHost, $"The dashboard speaks to no driver host on {name}."));

    /// <summary>The driver host that has the instance, or keeps what is left of it.</summary>
    /// <exception cref="DriverHostException">404: none of ours has it. Else: it could not be found out.</exception>
    public async ValueTask<DriverHostClient> OfAsync(string instanceId, CancellationToken cancellationToken)
    {
        // The only one need not be looked for, and knows best what it has.
        if (All is [var only])
        {
            return On(only);
        }

        if (_found.TryGetValue(instanceId, out var found) && time.GetUtcNow() < found.Until && All.Contains(found.Host))
        {
            return On(found.Host);
        }

        var host = await FindAsync(instanceId, cancellationToken);
        _found[instanceId] = (host, time.GetUtcNow() + Believed);
        return On(host);
    }

    /// <summary>What each host answers; a host that fails is in the second list with the reason.</summary>
    public async Task<(IReadOnlyList<(KnownHost Host, T Answer)> Answers, IReadOnlyList<(KnownHost Host, DriverHostException Failure)> Failures)> EachAsync<T>(
        Func<DriverHostClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var all = await Task.WhenAll(All.Select(host => TryAsync(host, ask, either.Token, cancellationToken)));
        return ([.. all.Where(a => a.Failure is null).Select(a => (a.Host, a.Answer!))], [.. all.Where(a => a.Failure is not null).Select(a => (a.Host, a.Failure!))]);
    }

    private async Task<(KnownHost Host, T? Answer, DriverHostException? Failure)> TryAsync<T>(
        KnownHost host, Func<DriverHostClient, CancellationToken, Task<T>> ask, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            return (host, await ask(On(host), patience), null);
        }
        catch (DriverHostException failed)
        {
            return (host, default, failed);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            return (host, default, new DriverHostException(null, "unreachable", "The driver host does not answer.", late));
        }
    }

    /// <summary>The first that can answer: for what any host knows alike.</summary>
    public async Task<T> AnyAsync<T>(Func<DriverHostClient, Task<T>> ask)
    {
        DriverHostException? last = null;
        foreach (var host in All)
        {
            try
            {
                return await ask(On(host));
            }
            catch (DriverHostException silent) when (silent.StatusCode is null or >= HttpStatusCode.InternalServerError)
            {
                last = silent;
            }
        }

        throw last ?? Not(NoHost, "The dashboard speaks to no driver host.");
    }

    /// <summary>What happens on all hosts; one that breaks is left out from then on.</summary>
    public async IAsyncEnumerable<HostEvent> WatchAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Channel.CreateBounded<HostEvent>(64);
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pumps = Task.WhenAll(All.Select(host => PumpAsync(host, events.Writer, left.Token))).ContinueWith(_ => events.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (var item in events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            await left.CancelAsync();
            await pumps;
        }
    }

    private async Task PumpAsync(KnownHost host, ChannelWriter<HostEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in On(host).WatchAsync(cancellationToken))
            {
                await events.WriteAsync(item, cancellationToken);
            }
        }
        catch (Exception lost) when (lost is DriverHostException or IOException or HttpRequestException or OperationCanceledException)
        {
            // The others go on.
        }
    }

    private async Task<KnownHost> FindAsync(string instanceId, CancellationToken cancellationToken)
    {
        Server server;
        try
        {
            server = (await nova.GetServerAsync(instanceId, cancellationToken)).Server;
        }
        catch (OpenStackException deleted) when (deleted.StatusCode == HttpStatusCode.NotFound)
        {
            return await KeeperAsync(instanceId, cancellationToken);
        }
        catch (OpenStackException refused)
        {
            throw new DriverHostException(refused.StatusCode, "host_unknown", $"Nova does not say which host has the instance: {refused.Message}", refused);
        }

        return All.FirstOrDefault(h => server.HostId == ComputeHostId.Of(server.TenantId, h.Name))
            ?? throw Not(NoHost, server.HostId.Length == 0 ? "The instance is not on a host yet." : "The instance is on a host that has no driver host of this dashboard.");
    }

    // Nova has forgotten it; the host that had it may keep its log.
    private async Task<KnownHost> KeeperAsync(string instanceId, CancellationToken cancellationToken)
    {
        var (answers, failures) = await EachAsync((host, cancel) => host.RecordAsync(instanceId, cancel), cancellationToken);
        if (answers is [var (host, _), ..])
        {
            return host;
        }

        var silent = failures.FirstOrDefault(f => f.Failure.StatusCode != HttpStatusCode.NotFound);
        throw silent.Failure is { } failure
            ? new DriverHostException(failure.StatusCode, "host_unknown", $"{silent.Host.Name} may keep what is left of the instance: {failure.Message}", failure)
            : Not("not_found", "There is no such instance.");
    }

    private static DriverHostException Not(string code, string words) => new(HttpStatusCode.NotFound, code, words);
}
