using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cloud.Nova.Actions;

/// <summary>Something that was done to an instance, or that happened to it, with the one event that the compute host makes of it.</summary>
internal sealed class InstanceActionRow
{
    public long Id { get; set; }
    public required string InstanceId { get; set; }
    public required string RequestId { get; set; }
    /// <summary>One of <see cref="ActionNames"/>.</summary>
    public required string Action { get; set; }
    /// <summary>Null when nobody asked for it: the process ended by itself.</summary>
    public string? UserId { get; set; }
    public string? ProjectId { get; set; }
    public required DateTime StartedAt { get; set; }
    public required DateTime UpdatedAt { get; set; }
    /// <summary>Words for people when it failed, and for what happened by itself.</summary>
    public string? Message { get; set; }

    /// <summary>The step on the compute host, for example <c>compute_stop_instance</c>; null when it takes none.</summary>
    public string? Event { get; set; }
    public string? Host { get; set; }
    public DateTime? FinishedAt { get; set; }
    /// <summary>Success or Error; null while it runs.</summary>
    public string? Result { get; set; }

    public void Finish(string? failure, DateTime now)
    {
        Message = failure;
        Result = failure is null ? "Success" : "Error";
        FinishedAt = now;
        UpdatedAt = now;
    }
}

internal sealed class InstanceActionRowConfiguration : IEntityTypeConfiguration<InstanceActionRow>
{
    public void Configure(EntityTypeBuilder<InstanceActionRow> builder)
    {
        builder.ToTable("instance_actions").HasKey(a => a.Id);
        builder.HasIndex(a => new { a.InstanceId, a.RequestId });
    }
}
