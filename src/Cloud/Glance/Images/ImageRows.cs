using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Glance.Images;

/// <summary>An image's record. Its bytes are in the file named by <see cref="Sha512"/>, which rows with the same bytes share.</summary>
internal sealed class ImageRow
{
    public required string Id { get; set; }
    public string? Name { get; set; }
    public string? Owner { get; set; }
    public required string Status { get; set; }
    public required string Visibility { get; set; }
    public string? ContainerFormat { get; set; }
    public string? DiskFormat { get; set; }
    /// <summary>Bytes.</summary>
    public long? Size { get; set; }
    public string? Md5 { get; set; }
    public string? Sha512 { get; set; }
    /// <summary>MiB.</summary>
    public int MinRam { get; set; }
    /// <summary>GiB.</summary>
    public int MinDisk { get; set; }
    public bool Protected { get; set; }
    public bool Hidden { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
    public List<ImagePropertyRow> Properties { get; set; } = [];
    public List<ImageTagRow> Tags { get; set; } = [];
    public List<ImageMemberRow> Members { get; set; } = [];

    public string? Property(string name) => Properties.Find(p => p.Name == name)?.Value;

    public void SetProperty(string name, string value)
    {
        if (Properties.Find(p => p.Name == name) is { } known)
        {
            known.Value = value;
            return;
        }

        Properties.Add(new ImagePropertyRow { ImageId = Id, Name = name, Value = value });
    }
}

internal sealed class ImagePropertyRow
{
    public required string ImageId { get; set; }
    public required string Name { get; set; }
    public required string Value { get; set; }
}

internal sealed class ImageTagRow
{
    public required string ImageId { get; set; }
    public required string Tag { get; set; }
}

/// <summary>A project that a shared image was offered to.</summary>
internal sealed class ImageMemberRow
{
    public required string ImageId { get; set; }
    public required string ProjectId { get; set; }
    /// <summary>pending, accepted or rejected.</summary>
    public required string Status { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}

internal sealed class ImageRowsConfiguration :
    IEntityTypeConfiguration<ImageRow>, IEntityTypeConfiguration<ImagePropertyRow>, IEntityTypeConfiguration<ImageTagRow>, IEntityTypeConfiguration<ImageMemberRow>
{
    public void Configure(EntityTypeBuilder<ImageRow> builder)
    {
        builder.ToTable("images").HasKey(i => i.Id);
        // An update must not overtake an upload or a deletion.
        builder.Property(i => i.Status).IsConcurrencyToken();
        builder.HasIndex(i => i.Owner);
        builder.HasIndex(i => i.Sha512);
        builder.HasMany(i => i.Properties).WithOne().HasForeignKey(p => p.ImageId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(i => i.Tags).WithOne().HasForeignKey(t => t.ImageId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(i => i.Members).WithOne().HasForeignKey(m => m.ImageId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ImagePropertyRow> builder) => builder.ToTable("image_properties").HasKey(p => new { p.ImageId, p.Name });

    public void Configure(EntityTypeBuilder<ImageTagRow> builder) => builder.ToTable("image_tags").HasKey(t => new { t.ImageId, t.Tag });

    public void Configure(EntityTypeBuilder<ImageMemberRow> builder)
    {
        builder.ToTable("image_members").HasKey(m => new { m.ImageId, m.ProjectId });
        builder.HasIndex(m => m.ProjectId);
    }
}
