using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Nova.Quotas;

/// <summary>A limit that an administrator gave a project in place of the default.</summary>
internal sealed class QuotaRow
{
    public required string ProjectId { get; set; }
    /// <summary>The API's name of the resource, for example <c>key_pairs</c>.</summary>
    public required string Resource { get; set; }
    /// <summary><see cref="QuotaSet.Unlimited"/>, or 0 and more.</summary>
    public required int Limit { get; set; }
}

internal sealed class QuotaRowConfiguration : IEntityTypeConfiguration<QuotaRow>
{
    public void Configure(EntityTypeBuilder<QuotaRow> builder) => builder.ToTable("quotas").HasKey(q => new { q.ProjectId, q.Resource });
}
