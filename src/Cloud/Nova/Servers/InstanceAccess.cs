using Cloud.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Servers;

/// <summary>Whose instance it is. Not yours is not found, inside the query.</summary>
internal static class InstanceAccess
{
    public static IQueryable<InstanceRow> VisibleTo(this IQueryable<InstanceRow> instances, Caller caller)
    {
        if (caller.IsAdmin)
        {
            return instances;
        }

        caller.RequireReader();
        var project = caller.RequireProject();
        return instances.Where(i => i.ProjectId == project);
    }

    /// <summary>The instance, if it lives and the caller may see it.</summary>
    public static async Task<InstanceRow> GetInstanceAsync(this IQueryable<InstanceRow> instances, Caller caller, string id, CancellationToken cancellationToken) =>
        await instances.VisibleTo(caller).FirstOrDefaultAsync(i => i.Id == id && i.DeletedAt == null, cancellationToken) ?? throw NotFound(id);

    /// <summary>A locked instance is changed by administrators only (nova: check_instance_lock).</summary>
    public static void RequireUnlocked(this InstanceRow instance, Caller caller)
    {
        if (instance.Locked && !caller.IsAdmin)
        {
            throw CloudFailure.Conflict($"Instance {instance.Id} is locked{(instance.LockedReason is { Length: > 0 } reason ? $": {reason}" : "")}. Unlock it first.");
        }
    }

    /// <summary>What describes an instance changes once it is made (nova: 409 while it is built or in error).</summary>
    public static void RequireSettled(this InstanceRow instance, string verb)
    {
        if (instance.VmState is not (VmStates.Active or VmStates.Paused or VmStates.Stopped))
        {
            throw CloudFailure.Conflict($"Cannot '{verb}' instance {instance.Id} while it is in vm_state {instance.VmState}");
        }
    }

    public static void RequireReader(this Caller caller)
    {
        if (!caller.IsReader && !caller.IsService)
        {
            throw CloudFailure.Forbidden("You are not authorized to perform the requested action: it needs the role reader.");
        }
    }

    public static CloudFailure NotFound(string id) => CloudFailure.NotFound($"Instance {id} could not be found.");
}
