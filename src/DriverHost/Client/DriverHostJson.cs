using System.Text.Json;
using System.Text.Json.Serialization;

namespace DriverHost.Client;

/// <summary>The wire shapes of the driver host's API: snake_case JSON, nulls left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstanceSpec))]
[JsonSerializable(typeof(FlavorSpec))]
[JsonSerializable(typeof(PortSpec))]
[JsonSerializable(typeof(PluggedPort))]
[JsonSerializable(typeof(HostInstance))]
[JsonSerializable(typeof(HostInstance[]))]
[JsonSerializable(typeof(HostEvent))]
[JsonSerializable(typeof(HostRecord))]
[JsonSerializable(typeof(ImageEvidence))]
[JsonSerializable(typeof(SnapshotRequest))]
[JsonSerializable(typeof(LogRecord))]
[JsonSerializable(typeof(AuditRecord[]))]
[JsonSerializable(typeof(StatsRecord))]
[JsonSerializable(typeof(StatsHistory))]
[JsonSerializable(typeof(ProcessList))]
[JsonSerializable(typeof(ChangeList))]
[JsonSerializable(typeof(FileStat))]
[JsonSerializable(typeof(FileList))]
[JsonSerializable(typeof(FileWritten))]
[JsonSerializable(typeof(FlightRecord))]
[JsonSerializable(typeof(FlightRecord[]))]
[JsonSerializable(typeof(AlertRuleSpec))]
[JsonSerializable(typeof(AlertRule))]
[JsonSerializable(typeof(AlertRule[]))]
[JsonSerializable(typeof(AlertFiring[]))]
[JsonSerializable(typeof(AlertPreview))]
[JsonSerializable(typeof(AlertNotice))]
[JsonSerializable(typeof(TerminalRequest))]
[JsonSerializable(typeof(TerminalRecord))]
[JsonSerializable(typeof(TerminalRecord[]))]
[JsonSerializable(typeof(TerminalFrame))]
[JsonSerializable(typeof(RecordingList))]
[JsonSerializable(typeof(RecordingHeader))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(EnrolmentAnswer))]
[JsonSerializable(typeof(HostCertificate))]
[JsonSerializable(typeof(CertificateRequestAnswer))]
[JsonSerializable(typeof(CachedImage))]
[JsonSerializable(typeof(DriverHostProblem))]
internal sealed partial class DriverHostJson : JsonSerializerContext;

/// <summary>RFC 9457 problem details with our stable code.</summary>
internal sealed record DriverHostProblem(int Status, string Code, string Title, string? Detail);
