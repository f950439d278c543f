using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Nova.Keypairs;

/// <summary>A user's public key. The private one is shown once, when Nova makes the pair, and never kept.</summary>
internal sealed class KeypairRow
{
    public int Number { get; set; }
    public required string UserId { get; set; }
    public required string Name { get; set; }
    /// <summary>One line, as in <c>authorized_keys</c>.</summary>
    public required string PublicKey { get; set; }
    /// <summary>MD5 of the key, in pairs of hex digits with colons: what nova shows.</summary>
    public required string Fingerprint { get; set; }
    public required DateTime CreatedAt { get; set; }
}

internal sealed class KeypairRowConfiguration : IEntityTypeConfiguration<KeypairRow>
{
    public void Configure(EntityTypeBuilder<KeypairRow> builder)
    {
        builder.ToTable("keypairs").HasKey(k => k.Number);
        builder.HasIndex(k => new { k.UserId, k.Name }).IsUnique();
    }
}
