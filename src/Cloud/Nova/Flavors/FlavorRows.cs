using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Nova.Flavors;

/// <summary>A size that instances come in. Instances keep a copy of their own, so a flavor may go while they stay.</summary>
internal sealed class FlavorRow
{
    /// <summary>What the API calls its id: an administrator may choose it, as in <c>1</c> or <c>m1.tiny</c>.</summary>
    public required string Id { get; set; }
    public required string Name { get; set; }
    public required int Vcpus { get; set; }
    /// <summary>MiB.</summary>
    public required int Ram { get; set; }
    /// <summary>GiB; 0 means no limit of its own.</summary>
    public required int Disk { get; set; }
    /// <summary>GiB.</summary>
    public int Ephemeral { get; set; }
    /// <summary>MiB.</summary>
    public int Swap { get; set; }
    public double RxtxFactor { get; set; } = 1.0;
    /// <summary>False: only the projects of <see cref="Access"/> see it.</summary>
    public bool IsPublic { get; set; } = true;
    public string? Description { get; set; }
    public List<FlavorSpecRow> Specs { get; set; } = [];
    public List<FlavorAccessRow> Access { get; set; } = [];
}

/// <summary>One extra spec: a key and its value.</summary>
internal sealed class FlavorSpecRow
{
    public required string FlavorId { get; set; }
    public required string Key { get; set; }
    public required string Value { get; set; }
}

/// <summary>A project that may use a flavor that is not public.</summary>
internal sealed class FlavorAccessRow
{
    public required string FlavorId { get; set; }
    public required string ProjectId { get; set; }
}

internal sealed class FlavorRowsConfiguration : IEntityTypeConfiguration<FlavorRow>, IEntityTypeConfiguration<FlavorSpecRow>, IEntityTypeConfiguration<FlavorAccessRow>
{
    public void Configure(EntityTypeBuilder<FlavorRow> builder)
    {
        builder.ToTable("flavors").HasKey(f => f.Id);
        builder.HasIndex(f => f.Name).IsUnique();
        builder.HasMany(f => f.Specs).WithOne().HasForeignKey(s => s.FlavorId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(f => f.Access).WithOne().HasForeignKey(a => a.FlavorId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<FlavorSpecRow> builder) => builder.ToTable("flavor_specs").HasKey(s => new { s.FlavorId, s.Key });

    public void Configure(EntityTypeBuilder<FlavorAccessRow> builder) => builder.ToTable("flavor_access").HasKey(a => new { a.FlavorId, a.ProjectId });
}
