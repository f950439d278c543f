namespace DriverHost.Client;

/// <summary>One entry of <c>GET /v1/instances/{id}/audit?limit&amp;marker</c>: newest first; <c>marker</c> is the id of the last entry of the page before.</summary>
public sealed record AuditRecord
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string InstanceId { get; init; }
    public required string ProjectId { get; init; }
    public required string UserId { get; init; }
    /// <summary>As Keystone named the user at that time; null when it did not.</summary>
    public string? UserName { get; init; }
    /// <summary>The header <c>X-Openstack-Request-Id</c> of the call, if it had one.</summary>
    public string? RequestId { get; init; }
    /// <summary>Stable, for programs: <c>log.open</c>, <c>terminal.open</c>, <c>terminal.close</c> …</summary>
    public required string Kind { get; init; }
    /// <summary>For people, at most 1000 characters. Part of it may be what somebody typed: text, never markup.</summary>
    public required string Detail { get; init; }
    /// <summary><c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public required string Outcome { get; init; }
}
