using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Keystone.Tokens;

/// <summary>A token that was issued. The token itself is not here: only its SHA-256.</summary>
internal sealed class TokenRow
{
    public required string Hash { get; set; }
    public required string UserId { get; set; }
    public string? ProjectId { get; set; }
    public string? DomainId { get; set; }
    public string? ApplicationCredentialId { get; set; }
    /// <summary>Joined by commas.</summary>
    public required string Methods { get; set; }
    public required string AuditId { get; set; }
    public DateTime IssuedAt { get; set; }
    public DateTime ExpiresAt { get; set; }
}

internal sealed class TokenRowConfiguration : IEntityTypeConfiguration<TokenRow>
{
    public void Configure(EntityTypeBuilder<TokenRow> builder)
    {
        builder.ToTable("tokens");
        builder.HasKey(t => t.Hash);
        builder.HasIndex(t => t.UserId);
        builder.HasIndex(t => t.ExpiresAt);
    }
}
