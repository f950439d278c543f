using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Keystone.Catalog;

internal sealed class RegionRow
{
    public required string Id { get; set; }
    public string Description { get; set; } = "";
    public string? ParentRegionId { get; set; }
}

internal sealed class ServiceRow
{
    public required string Id { get; set; }
    public required string Type { get; set; }
    public string Name { get; set; } = "";
    public string? Description { get; set; }
    public bool Enabled { get; set; } = true;
}

internal sealed class EndpointRow
{
    public required string Id { get; set; }
    public required string ServiceId { get; set; }
    public required string Interface { get; set; }
    public required string Url { get; set; }
    public string? RegionId { get; set; }
    public bool Enabled { get; set; } = true;
}

internal sealed class CatalogRowsConfiguration : IEntityTypeConfiguration<RegionRow>, IEntityTypeConfiguration<ServiceRow>, IEntityTypeConfiguration<EndpointRow>
{
    public void Configure(EntityTypeBuilder<RegionRow> builder) => builder.ToTable("regions").HasKey(r => r.Id);
    public void Configure(EntityTypeBuilder<ServiceRow> builder) => builder.ToTable("services").HasKey(s => s.Id);
    public void Configure(EntityTypeBuilder<EndpointRow> builder) => builder.ToTable("endpoints").HasKey(e => e.Id);
}
