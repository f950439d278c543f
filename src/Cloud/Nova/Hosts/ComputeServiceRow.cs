using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Nova.Hosts;

/// <summary>One of Nova's services, and what an administrator decided about it. Whether it is up is not written down: it is asked.</summary>
internal sealed class ComputeServiceRow
{
    public const string Compute = "nova-compute";

    /// <summary>The id until microversion 2.53.</summary>
    public required int Number { get; set; }
    /// <summary>The id since 2.53: a UUID.</summary>
    public required string Id { get; set; }
    /// <summary>nova-compute, nova-scheduler or nova-conductor.</summary>
    public required string Binary { get; set; }
    public required string Host { get; set; }
    public bool Disabled { get; set; }
    public string? DisabledReason { get; set; }
    /// <summary>An administrator says that it is down, whatever it says itself.</summary>
    public bool ForcedDown { get; set; }

    public bool IsCompute => Binary == Compute;
    public string Zone => IsCompute ? "nova" : "internal";
}

internal sealed class ComputeServiceRowConfiguration : IEntityTypeConfiguration<ComputeServiceRow>
{
    public void Configure(EntityTypeBuilder<ComputeServiceRow> builder)
    {
        builder.ToTable("compute_services").HasKey(s => s.Id);
        builder.HasIndex(s => s.Binary).IsUnique();
    }
}
