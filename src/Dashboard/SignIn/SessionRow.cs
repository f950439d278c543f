using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.SignIn;

/// <summary>A signed-in session at rest. The key is a hash: who reads the database can't make a cookie from it, nor read the ticket without the keys.</summary>
internal sealed class SessionRow : IEntityTypeConfiguration<SessionRow>
{
    public string IdHash { get; set; } = "";
    public string UserId { get; set; } = "";
    public byte[] Ticket { get; set; } = [];
    public DateTime EndsAt { get; set; }

    public void Configure(EntityTypeBuilder<SessionRow> builder)
    {
        builder.ToTable("sessions").HasKey(r => r.IdHash);
        builder.HasIndex(r => r.EndsAt);
        builder.HasIndex(r => r.UserId);
    }
}
