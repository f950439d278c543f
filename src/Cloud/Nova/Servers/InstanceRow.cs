using System.Text.Json;
using DriverHost.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Cloud.Nova.Servers;

/// <summary>An instance. It keeps a copy of its flavor; a deleted one stays, with <see cref="DeletedAt"/>, for changes-since and usage.</summary>
internal sealed class InstanceRow
{
    public required string Id { get; set; }
    public required string ProjectId { get; set; }
    public required string UserId { get; set; }
    public required string Name { get; set; }
    public required string HostName { get; set; }
    public string? Description { get; set; }
    public required string ImageId { get; set; }

    public required string FlavorId { get; set; }
    public required string FlavorName { get; set; }
    public required int Vcpus { get; set; }
    /// <summary>MiB.</summary>
    public required int RamMb { get; set; }
    /// <summary>GiB.</summary>
    public required int DiskGb { get; set; }
    public required IReadOnlyDictionary<string, string> FlavorSpecs { get; set; }

    public string? KeyName { get; set; }
    /// <summary>The key as it was at create: a keypair may change or go.</summary>
    public string? PublicKey { get; set; }
    /// <summary>Base64, as it was given.</summary>
    public string? UserData { get; set; }
    /// <summary>The command that the image's property <c>os_command_line</c> asks for, as JSON words; null for the image's own.</summary>
    public string? ImageCommand { get; set; }
    /// <summary>auto or none.</summary>
    public required string Network { get; set; }
    public string DiskConfig { get; set; } = "MANUAL";
    public string AccessIPv4 { get; set; } = "";
    public string AccessIPv6 { get; set; } = "";
    public required string ReservationId { get; set; }
    public int LaunchIndex { get; set; }
    /// <summary>Replaced as a whole: a change inside would not be seen.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; set; }
    public required string[] Tags { get; set; }

    /// <summary>One of <see cref="VmStates"/>.</summary>
    public required string VmState { get; set; }
    /// <summary>One of <see cref="TaskStates"/> while an operation runs: the lock that keeps a second one out, also over a crash.</summary>
    public string? TaskState { get; set; }
    /// <summary>One of <see cref="PowerStates"/>.</summary>
    public int PowerState { get; set; }
    /// <summary>The image that the running snapshot fills.</summary>
    public string? TaskImageId { get; set; }

    public bool Locked { get; set; }
    /// <summary>Only an administrator may unlock what an administrator locked.</summary>
    public bool LockedByAdmin { get; set; }
    public string? LockedReason { get; set; }

    public int? FaultCode { get; set; }
    public string? FaultMessage { get; set; }
    /// <summary>The driver host's stable word for it, for example <c>image_not_approved</c>.</summary>
    public string? FaultReason { get; set; }
    public DateTime? FaultAt { get; set; }

    /// <summary>The compute host; null until one took the instance.</summary>
    public string? Host { get; set; }
    public required IReadOnlyList<InstanceAddress> Addresses { get; set; }

    public required DateTime CreatedAt { get; set; }
    public required DateTime UpdatedAt { get; set; }
    public DateTime? LaunchedAt { get; set; }
    public DateTime? TerminatedAt { get; set; }
    public DateTime? DeletedAt { get; set; }

    public void SetFault(int code, string message, string reason, DateTime now)
    {
        FaultCode = code;
        FaultMessage = message;
        FaultReason = reason;
        FaultAt = now;
    }

    public void ClearFault()
    {
        FaultCode = null;
        FaultMessage = null;
        FaultReason = null;
        FaultAt = null;
    }
}

internal sealed class InstanceRowConfiguration : IEntityTypeConfiguration<InstanceRow>
{
    public void Configure(EntityTypeBuilder<InstanceRow> builder)
    {
        builder.ToTable("instances").HasKey(i => i.Id);
        builder.HasIndex(i => new { i.ProjectId, i.DeletedAt, i.CreatedAt });
        builder.HasIndex(i => new { i.DeletedAt, i.CreatedAt });
        builder.Property(i => i.FlavorSpecs).HasConversion(Pairs, ByReference<IReadOnlyDictionary<string, string>>());
        builder.Property(i => i.Metadata).HasConversion(Pairs, ByReference<IReadOnlyDictionary<string, string>>());
        builder.Property(i => i.Addresses).HasConversion(
            new ValueConverter<IReadOnlyList<InstanceAddress>, string>(list => JsonSerializer.Serialize(list, (JsonSerializerOptions?)null), text => Addresses(text)),
            ByReference<IReadOnlyList<InstanceAddress>>());
    }

    private static readonly ValueConverter<IReadOnlyDictionary<string, string>, string> Pairs =
        new(pairs => JsonSerializer.Serialize(pairs, (JsonSerializerOptions?)null), text => Dictionary(text));

    private static readonly IReadOnlyDictionary<string, string> NoPairs = new Dictionary<string, string>();

    // Most instances have none: a list of a thousand should not make a thousand empty ones.
    private static IReadOnlyDictionary<string, string> Dictionary(string text) => text == "{}" ? NoPairs : JsonSerializer.Deserialize<Dictionary<string, string>>(text)!;

    private static List<InstanceAddress> Addresses(string text) => text == "[]" ? [] : JsonSerializer.Deserialize<List<InstanceAddress>>(text)!;

    private static ValueComparer<T> ByReference<T>()
        where T : class => new((a, b) => ReferenceEquals(a, b), value => value.GetHashCode(), value => value);
}
