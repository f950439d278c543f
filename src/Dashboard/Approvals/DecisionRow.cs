using System.Text.Json;
using DriverHost.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Approvals;

/// <summary>One decision, for good: rows are added and never changed.</summary>
public sealed class DecisionRow : IEntityTypeConfiguration<DecisionRow>
{
    public long Id { get; set; }
    public DateTime At { get; set; }
    public string ById { get; set; } = "";
    public string ByName { get; set; } = "";
    public string ImageId { get; set; } = "";
    public string ImageName { get; set; } = "";
    public string? ProjectId { get; set; }
    public string Sha512 { get; set; } = "";
    public string? Config { get; set; }
    /// <summary>approved, rejected, revoked.</summary>
    public string Decision { get; set; } = "";
    public string? Reason { get; set; }
    public DateTime? Expires { get; set; }
    /// <summary>What the reviewer was shown, as JSON.</summary>
    public string? Evidence { get; set; }

    public ImageEvidence? ReadEvidence() => Evidence is null ? null : JsonSerializer.Deserialize<ImageEvidence>(Evidence);

    public void Configure(EntityTypeBuilder<DecisionRow> builder)
    {
        builder.ToTable("decisions").HasKey(r => r.Id);
        builder.Property(r => r.Id).ValueGeneratedOnAdd();
        builder.HasIndex(r => r.ImageId);
        builder.HasIndex(r => r.At);
    }
}
