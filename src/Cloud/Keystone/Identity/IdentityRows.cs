using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Keystone.Identity;

internal sealed class DomainRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public bool Enabled { get; set; } = true;
}

internal sealed class ProjectRow
{
    public required string Id { get; set; }
    public required string DomainId { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public bool Enabled { get; set; } = true;
}

internal sealed class UserRow
{
    public required string Id { get; set; }
    public required string DomainId { get; set; }
    public required string Name { get; set; }
    public string PasswordHash { get; set; } = "";
    public bool Enabled { get; set; } = true;
    public string? Email { get; set; }
    public string? Description { get; set; }
    public string? DefaultProjectId { get; set; }
    public DateTime? PasswordExpiresAt { get; set; }
    public int FailedSignIns { get; set; }
    public DateTime? LastFailedAt { get; set; }
}

internal sealed class RoleRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
}

/// <summary>A role that a user has on a project or on a domain.</summary>
internal sealed class AssignmentRow
{
    public required string UserId { get; set; }
    public required string RoleId { get; set; }
    /// <summary><c>project</c> or <c>domain</c>.</summary>
    public required string TargetKind { get; set; }
    public required string TargetId { get; set; }
}

internal sealed class ApplicationCredentialRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    public required string UserId { get; set; }
    public required string ProjectId { get; set; }
    public required string SecretHash { get; set; }
    public string? Description { get; set; }
    /// <summary>Role ids, joined by commas.</summary>
    public required string RoleIds { get; set; }
    public DateTime? ExpiresAt { get; set; }
    public bool Unrestricted { get; set; }
}

internal sealed class IdentityRowsConfiguration : IEntityTypeConfiguration<DomainRow>, IEntityTypeConfiguration<ProjectRow>, IEntityTypeConfiguration<UserRow>,
    IEntityTypeConfiguration<RoleRow>, IEntityTypeConfiguration<AssignmentRow>, IEntityTypeConfiguration<ApplicationCredentialRow>
{
    public void Configure(EntityTypeBuilder<DomainRow> builder) => Named(builder.ToTable("domains")).HasIndex(d => d.Name).IsUnique();

    public void Configure(EntityTypeBuilder<ProjectRow> builder) => Named(builder.ToTable("projects")).HasIndex(p => new { p.DomainId, p.Name }).IsUnique();

    public void Configure(EntityTypeBuilder<UserRow> builder) => Named(builder.ToTable("users")).HasIndex(u => new { u.DomainId, u.Name }).IsUnique();

    public void Configure(EntityTypeBuilder<RoleRow> builder) => Named(builder.ToTable("roles")).HasIndex(r => r.Name).IsUnique();

    public void Configure(EntityTypeBuilder<AssignmentRow> builder)
    {
        builder.ToTable("assignments");
        builder.HasKey(a => new { a.UserId, a.TargetKind, a.TargetId, a.RoleId });
    }

    public void Configure(EntityTypeBuilder<ApplicationCredentialRow> builder) =>
        Named(builder.ToTable("application_credentials")).HasIndex(c => new { c.UserId, c.Name }).IsUnique();

    // Keystone compares names without regard to case.
    private static EntityTypeBuilder<T> Named<T>(EntityTypeBuilder<T> builder)
        where T : class
    {
        builder.HasKey("Id");
        builder.Property<string>("Name").UseCollation("NOCASE");
        return builder;
    }
}
