using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using OpenStack.Errors;
using OpenStack.Nova;
using NovaAction = OpenStack.Nova.InstanceAction;

namespace Dashboard.Tests.Instances;

/// <summary>Nova in memory. The test says when it answers, and what it refuses.</summary>
internal sealed class TestCompute : INovaApi
{
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();
    private TaskCompletionSource? _held;
    private bool _first;

    public ConcurrentDictionary<string, Server> Servers { get; } = [];
    public ConcurrentQueue<(string Id, string Action)> Done { get; } = [];
    public ConcurrentDictionary<string, Exception> Refusals { get; } = [];
    public List<NovaAction> Actions { get; } = [];
    public Dictionary<string, string> ActionDetails { get; } = [];
    public Exception? ListFailure { get; set; }

    /// <summary>Called when a list is asked for.</summary>
    public Action? Listing { get; set; }
    public CancellationToken LastListToken { get; private set; }

    /// <summary>What only a server's own record says; the list leaves it out.</summary>
    public Dictionary<string, ServerFault> OwnFaults { get; } = [];

    /// <summary>The servers that were asked for by id.</summary>
    public ConcurrentQueue<string> Shown { get; } = [];

    /// <summary>What an operator lets a page have at most.</summary>
    public int MostOnAPage { get; set; } = int.MaxValue;

    /// <summary>What Nova says of a console, call by call; the last one stays.</summary>
    public Queue<Func<string>> Consoles { get; } = [];

    public static OpenStackException Refusal(HttpStatusCode status, string words) => new("compute", HttpMethod.Post, null, status, words, "req-77");

    public static OpenStackException Silence => new("compute", HttpMethod.Get, null, null, "Nova does not answer.");

    public void With(params IEnumerable<Server> servers)
    {
        foreach (var server in servers)
        {
            Servers[server.Id] = server;
        }
    }

    /// <summary>Lists are not answered until <see cref="Answer"/>.</summary>
    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next list is answered, those that follow are not until <see cref="Answer"/>.</summary>
    public void HoldAfterTheFirst() => _first = true;

    public void Answer()
    {
        var held = _held;
        _held = null;
        held?.TrySetResult();
    }

    /// <summary>Returns when the list was asked for (again).</summary>
    public async Task ListedAsync(CancellationToken cancellationToken)
    {
        while (await _asked.Reader.ReadAsync(cancellationToken) != "list")
        {
        }
    }

    public async Task<ServerList> ListServersAsync(bool? allTenants, string? marker, int? limit, CancellationToken cancellationToken)
    {
        Assert.Null(allTenants);
        LastListToken = cancellationToken;
        Listing?.Invoke();
        _asked.Writer.TryWrite("list");
        var held = _held;
        if (_first)
        {
            _first = false;
            Hold();
        }

        if (held is not null)
        {
            await held.Task.WaitAsync(cancellationToken);
        }

        if (ListFailure is { } failure)
        {
            throw failure;
        }

        var all = Servers.Values.OrderBy(s => s.Id, StringComparer.Ordinal).Where(s => s.TenantId == "p1").ToList();
        var left = all.Skip(marker is null ? 0 : all.FindIndex(s => s.Id == marker) + 1).ToList();
        var page = left.Take(Math.Min(limit ?? int.MaxValue, MostOnAPage)).ToList();
        return new ServerList(page, page.Count < left.Count ? [new ServerLink("next", $"http://nova.test/v2.1/servers/detail?marker={page[^1].Id}")] : null);
    }

    public Task<ServerList> ListServersOnHostAsync(string host, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ServerAnswer> GetServerAsync(string id, CancellationToken cancellationToken)
    {
        Shown.Enqueue(id);
        return Task.FromResult(new ServerAnswer(Servers.TryGetValue(id, out var server) ? server with { Fault = OwnFaults.GetValueOrDefault(id) ?? server.Fault } : throw Refusal(HttpStatusCode.NotFound, "Instance could not be found.")));
    }

    public Task DeleteServerAsync(string id, CancellationToken cancellationToken) => Act(id, "delete");

    public Task ActAsync(string id, ServerAction action, CancellationToken cancellationToken) => Act(id, action switch
    {
        { Start: true } => "start",
        { Stop: true } => "stop",
        { Pause: true } => "pause",
        { Unpause: true } => "unpause",
        { Reboot.Type: var type } => $"reboot {type}",
        _ => "?",
    });

    public async Task<CreateImageAnswer> CreateImageAsync(string id, ServerAction action, CancellationToken cancellationToken)
    {
        await Act(id, $"createImage {action.CreateImage!.Name}");
        return new CreateImageAnswer("33333333-3333-3333-3333-333333333333");
    }

    public Task<InstanceActionList> ListActionsAsync(string id, CancellationToken cancellationToken) => Task.FromResult(new InstanceActionList([.. Actions]));

    public Task<InstanceActionAnswer> GetActionAsync(string id, string requestId, CancellationToken cancellationToken) => Task.FromResult(new InstanceActionAnswer(
        Actions.Single(a => a.RequestId == requestId) with { Events = ActionDetails.TryGetValue(requestId, out var details) ? [new InstanceActionEvent("compute__do", null, null, "Error", details)] : [] }));

    public Task<CreatedServerAnswer> CreateServerAsync(CreateServerRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ConsoleOutputAnswer> GetConsoleOutputAsync(string id, ServerAction action, CancellationToken cancellationToken) =>
        Task.FromResult(new ConsoleOutputAnswer((Consoles.Count > 1 ? Consoles.Dequeue() : Consoles.Peek())()));
    public Task<FlavorList> ListFlavorsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<LimitsAnswer> GetLimitsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<KeypairList> ListKeypairsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ServiceList> ListServicesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ServiceAnswer> UpdateServiceAsync(string id, UpdateService request, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<AggregateList> ListAggregatesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CacheImagesAsync(int id, CacheImages request, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ZoneList> ListZonesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<HypervisorList> ListHypervisorsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private Task Act(string id, string action)
    {
        Done.Enqueue((id, action));
        return Refusals.TryGetValue(id, out var refusal) ? Task.FromException(refusal) : Task.CompletedTask;
    }
}
