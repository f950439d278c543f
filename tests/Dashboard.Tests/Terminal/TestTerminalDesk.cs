using Dashboard.Terminal;
using DriverHost.Client;

namespace Dashboard.Tests.Terminal;

/// <summary>Terminals that do nothing.</summary>
internal sealed class TestTerminalDesk : ITerminalDesk
{
    public bool Allowed { get; set; } = true;
    public List<TerminalRecord> Open { get; } = [];
    public List<TerminalRequest> Asked { get; } = [];
    public Dictionary<string, TerminalChoice> Choices { get; } = [];
    public DriverHostException? Refusal { get; set; }
    public bool Recorded { get; set; }

    public static TerminalRecord Record(string id, params string[] command) =>
        new() { Id = id, InstanceId = "i", Command = command, OpenedAt = DateTimeOffset.UnixEpoch, Attached = false };

    public bool MayUse(string? projectId) => Allowed;

    public string GrantCommand(string? projectId) => $"openstack role add --user u1 --project {projectId} terminal";

    public Task<TerminalRecord[]> ListAsync(string instanceId, CancellationToken cancellationToken) => Task.FromResult(Open.ToArray());

    public Task<TerminalRecord> OpenAsync(string instanceId, TerminalRequest request, CancellationToken cancellationToken)
    {
        Asked.Add(request);
        var record = Record($"new{Asked.Count}", [.. request.Command ?? ["/bin/ash"]]);
        return Refusal is { } refused ? Task.FromException<TerminalRecord>(refused) : Task.FromResult(record);
    }

    public Task<bool> AreRecordedAsync(string instanceId, CancellationToken cancellationToken) => Task.FromResult(Recorded);

    public Task CloseAsync(string instanceId, string terminalId, CancellationToken cancellationToken)
    {
        Open.RemoveAll(r => r.Id == terminalId);
        return Task.CompletedTask;
    }

    public Task<TerminalChoice> ReadChoiceAsync(string? imageId, CancellationToken cancellationToken) => Task.FromResult(Choices.GetValueOrDefault(imageId!) ?? new TerminalChoice());

    public Task KeepChoiceAsync(string? imageId, TerminalChoice choice, CancellationToken cancellationToken)
    {
        Choices[imageId!] = choice;
        return Task.CompletedTask;
    }
}
