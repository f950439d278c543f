using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Cloud.Nova.Drivers;
using DriverHost.Client;

namespace Cloud.Tests.Nova;

/// <summary>A compute host in memory. The test decides when a call ends, when it fails, and what happens by itself.</summary>
internal sealed class TestComputeDriver : IComputeDriver
{
    public const string HostName = "test-host";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostInstance> _instances = [];
    private readonly List<Channel<HostEvent>> _watchers = [];
    private readonly ConcurrentDictionary<string, Gate> _gates = new();
    private readonly ConcurrentDictionary<string, (string? Name, DriverHostException Failure)> _failures = new();
    private readonly ConcurrentDictionary<string, InstanceSpec> _specs = new();
    private bool _down;

    /// <summary>Every call that came, as "spawn id", in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public InstanceSpec Spec(string id) => _specs[id];

    public IReadOnlyCollection<string> Instances
    {
        get
        {
            lock (_lock)
            {
                return [.. _instances.Keys];
            }
        }
    }

    /// <summary>Calls of that verb wait at the gate until it is opened.</summary>
    public Gate Close(string verb) => _gates[verb] = new Gate();

    /// <summary>The next call of that verb is refused.</summary>
    /// <param name="name">The instance it is about, where other instances of the class may still be on their way.</param>
    public void FailNext(string verb, HttpStatusCode? status, string code, string message, string? name = null) => _failures[verb] = (name, new DriverHostException(status, code, message));

    /// <summary>The process ends by itself.</summary>
    public void Exit(string id, int code, string words, bool outOfMemory = false) =>
        Change(id, i => i with { State = InstanceState.Exited, Exit = new InstanceExit(code, outOfMemory, i.StartedAt!.Value.AddSeconds(1), words) });

    public void Set(string id, Func<HostInstance, HostInstance> change) => Change(id, change);

    /// <summary>The host loses the instance without being asked.</summary>
    public void Lose(string id)
    {
        lock (_lock)
        {
            if (_instances.Remove(id, out var gone))
            {
                Offer(new HostEvent(HostEvent.Deleted, Now, gone));
            }
        }
    }

    /// <summary>Puts an instance there that nobody asked for.</summary>
    public void Plant(HostInstance instance)
    {
        lock (_lock)
        {
            _instances[instance.Id] = instance;
        }
    }

    public void GoDown()
    {
        lock (_lock)
        {
            _down = true;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryComplete(Unreachable());
            }

            _watchers.Clear();
        }
    }

    public void ComeUp()
    {
        lock (_lock)
        {
            _down = false;
        }
    }

    public async Task<HostInstance> SpawnAsync(string id, InstanceSpec spec, CancellationToken cancellationToken)
    {
        _specs[id] = spec;
        await EnterAsync("spawn", id, cancellationToken);
        return Put(new HostInstance
        {
            Id = id,
            ProjectId = spec.ProjectId,
            UserId = spec.UserId,
            Name = spec.Name,
            ImageId = spec.ImageId,
            Flavor = spec.Flavor,
            State = InstanceState.Running,
            ContainerId = $"container-{id}",
            Addresses = spec.Network == "auto" ? [new InstanceAddress($"os-{spec.ProjectId}", "172.20.0.2", "02:42:ac:14:00:02")] : [],
            CreatedAt = Now,
            StartedAt = Now,
        });
    }

    public async Task DestroyAsync(string id, CancellationToken cancellationToken)
    {
        await EnterAsync("destroy", id, cancellationToken);
        lock (_lock)
        {
            _instances.Remove(id);
        }
    }

    public Task<HostInstance> StartAsync(string id, CancellationToken cancellationToken) =>
        ActAsync("start", id, i => i with { State = InstanceState.Running, Exit = null, StartedAt = Now }, cancellationToken);

    public Task<HostInstance> StopAsync(string id, CancellationToken cancellationToken) =>
        ActAsync("stop", id, i => i with { State = InstanceState.Exited, Exit = new InstanceExit(143, false, Now, "terminated (code 143) after 1 s") }, cancellationToken);

    public Task<HostInstance> RebootAsync(string id, bool hard, CancellationToken cancellationToken) =>
        ActAsync(hard ? "reboot-hard" : "reboot", id, i => i with { State = InstanceState.Running, Exit = null, StartedAt = Now }, cancellationToken);

    public Task<HostInstance> PauseAsync(string id, CancellationToken cancellationToken) => ActAsync("pause", id, i => i with { State = InstanceState.Paused }, cancellationToken);

    public Task<HostInstance> UnpauseAsync(string id, CancellationToken cancellationToken) => ActAsync("unpause", id, i => i with { State = InstanceState.Running }, cancellationToken);

    public Task SnapshotAsync(string id, SnapshotRequest request, CancellationToken cancellationToken) => EnterAsync("snapshot", id, cancellationToken);

    public async Task<byte[]> ReadConsoleAsync(string id, int? lines, int mostBytes, CancellationToken cancellationToken)
    {
        await EnterAsync("console", id, cancellationToken);
        var all = Enumerable.Range(1, 100).Select(n => $"line {n}\u001b[0m\n").ToArray();
        return Encoding.UTF8.GetBytes(string.Concat(all.TakeLast(lines ?? all.Length)));
    }

    public async IAsyncEnumerable<HostEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<HostEvent>();
        lock (_lock)
        {
            if (_down)
            {
                throw Unreachable();
            }

            foreach (var instance in _instances.Values)
            {
                channel.Writer.TryWrite(new HostEvent(HostEvent.Instance, Now, instance));
            }

            channel.Writer.TryWrite(new HostEvent(HostEvent.Synced, Now));
            _watchers.Add(channel);
        }

        await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return item;
        }
    }

    public Task<HostRecord> GetHostAsync(CancellationToken cancellationToken) => Task.FromResult(new HostRecord
    {
        HostName = HostName,
        Version = "1.0",
        EngineAnswers = true,
        EngineVersion = "20.10.24",
        EngineApiVersion = "1.41",
        KernelVersion = "6.1",
        Architecture = "x86_64",
        StorageDriver = "overlay2",
        Cpus = 2,
        MemoryMb = 8192,
        DiskGb = 100,
        DiskFreeGb = 50,
        VcpusUsed = 0,
        MemoryMbUsed = 0,
        DiskGbUsed = 0,
        Instances = 0,
        RunningInstances = 0,
        EngineStartedAt = Now,
        Features = [],
    });

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static DriverHostException Unreachable() => new(null, "unreachable", "The driver host does not answer.");

    private async Task<HostInstance> ActAsync(string verb, string id, Func<HostInstance, HostInstance> change, CancellationToken cancellationToken)
    {
        await EnterAsync(verb, id, cancellationToken);
        return Change(id, change);
    }

    private async Task EnterAsync(string verb, string id, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"{verb} {id}");
        if (_gates.TryGetValue(verb, out var gate))
        {
            await gate.EnterAsync(id, cancellationToken);
        }

        lock (_lock)
        {
            if (_down)
            {
                throw Unreachable();
            }
        }

        if (_failures.TryGetValue(verb, out var failing) && (failing.Name is null || failing.Name == _specs[id].Name) && _failures.TryRemove(KeyValuePair.Create(verb, failing)))
        {
            throw failing.Failure;
        }
    }

    private HostInstance Put(HostInstance instance)
    {
        lock (_lock)
        {
            _instances[instance.Id] = instance;
            Offer(new HostEvent(HostEvent.Instance, Now, instance));
            return instance;
        }
    }

    private HostInstance Change(string id, Func<HostInstance, HostInstance> change)
    {
        lock (_lock)
        {
            var known = _instances.GetValueOrDefault(id) ?? throw new DriverHostException(HttpStatusCode.NotFound, "not_found", $"There is no instance {id} on this host.");
            return Put(change(known));
        }
    }

    private void Offer(HostEvent item) => _watchers.ForEach(watcher => watcher.Writer.TryWrite(item));
}

/// <summary>Holds calls until the test opens it.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _entered = new();

    /// <summary>Ends when a call for that instance has come.</summary>
    public Task EnteredAsync(string id) => Came(id).Task.WaitAsync(NovaFixture.Limit);

    public void Open() => _open.TrySetResult();

    public Task EnterAsync(string id, CancellationToken cancellationToken)
    {
        Came(id).TrySetResult();
        return _open.Task.WaitAsync(cancellationToken);
    }

    private TaskCompletionSource Came(string id) => _entered.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
