using DriverHost.Client;

namespace Dashboard.Terminal;

/// <summary>What the terminal tab asks of the cloud, as the signed-in user.</summary>
internal interface ITerminalDesk
{
    /// <summary>Whether the user's roles of now allow terminals of a project's instances. The driver host decides; this only decides what is offered.</summary>
    bool MayUse(string? projectId);

    /// <summary>What an administrator runs, so that the user may.</summary>
    string GrantCommand(string? projectId);

    /// <summary>The user's own open terminals of an instance, oldest first.</summary>
    Task<TerminalRecord[]> ListAsync(string instanceId, CancellationToken cancellationToken);

    Task<TerminalRecord> OpenAsync(string instanceId, TerminalRequest request, CancellationToken cancellationToken);

    /// <summary>Whether terminals that are opened now are recorded: the operator decides.</summary>
    Task<bool> AreRecordedAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>Ends a terminal with all that runs in it; one that has ended already is no failure.</summary>
    Task CloseAsync(string instanceId, string terminalId, CancellationToken cancellationToken);

    /// <summary>How the user opened a terminal of this image last.</summary>
    Task<TerminalChoice> ReadChoiceAsync(string? imageId, CancellationToken cancellationToken);

    Task KeepChoiceAsync(string? imageId, TerminalChoice choice, CancellationToken cancellationToken);
}

/// <summary>How to open a terminal, as it is typed into the form; empty texts are the defaults.</summary>
public sealed record TerminalChoice(string Command = "", string User = "", string WorkingDir = "");
