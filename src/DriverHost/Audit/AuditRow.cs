using Microsoft.EntityFrameworkCore;

namespace DriverHost.Audit;

/// <summary>One entry of the audit book, for good: rows are added and never changed.</summary>
[Index(nameof(InstanceId), nameof(Id))]
internal sealed class AuditRow
{
    /// <summary>Counts up, never used twice.</summary>
    public long Id { get; set; }
    public required DateTimeOffset At { get; init; }
    public required string InstanceId { get; init; }
    /// <summary>The instance's project: who may read the entry, also after the instance was deleted.</summary>
    public required string ProjectId { get; init; }
    public required string UserId { get; init; }
    public string? UserName { get; init; }
    public string? RequestId { get; init; }
    /// <summary>A stable code, see <see cref="AuditKind"/>.</summary>
    public required string Kind { get; init; }
    public required string Detail { get; init; }
    /// <summary>A stable code, see <see cref="AuditOutcome"/>.</summary>
    public required string Outcome { get; init; }
}

/// <summary>What was done.</summary>
internal static class AuditKind
{
    public const string LogOpen = "log.open";
    public const string DiskStop = "disk.stop";
    public const string FileRead = "file.read";
    public const string FileWrite = "file.write";
    public const string AlertCreate = "alert.create";
    public const string AlertDelete = "alert.delete";
    public const string TerminalOpen = "terminal.open";
    public const string TerminalClose = "terminal.close";
    public const string TerminalRead = "terminal.read";
}

/// <summary>How it went.</summary>
internal static class AuditOutcome
{
    public const string Done = "done";
    public const string Refused = "refused";
    public const string Failed = "failed";
}
