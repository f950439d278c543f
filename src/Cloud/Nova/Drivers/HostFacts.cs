using Cloud.Nova.Servers;
using DriverHost.Client;

namespace Cloud.Nova.Drivers;

/// <summary>What the compute host says of an instance → the row.</summary>
internal static class HostFacts
{
    /// <summary>The reason of an error that ends by itself when the container is there again.</summary>
    public const string MissingReason = "missing";

    /// <returns>True when the row changed.</returns>
    public static bool Apply(InstanceRow row, HostInstance host, DateTime now)
    {
        var before = (row.VmState, row.PowerState, row.FaultMessage, row.Addresses);
        switch (host.State)
        {
            case InstanceState.Running:
                Set(row, VmStates.Active, PowerStates.Running);
                break;
            case InstanceState.Paused:
                Set(row, VmStates.Paused, PowerStates.Paused);
                break;
            case InstanceState.Exited:
                Set(row, VmStates.Stopped, PowerStates.Shutdown);
                break;
            case InstanceState.Missing:
                Miss(row, now);
                break;
            case InstanceState.Error:
                row.VmState = VmStates.Error;
                row.PowerState = PowerStates.NoState;
                row.SetFault(500, host.Fault?.Message ?? "The driver host could not make the instance.", host.Fault?.Code ?? "unknown", row.FaultAt ?? now);
                break;
            case InstanceState.Unknown:
                row.PowerState = PowerStates.NoState;
                break;
            case InstanceState.Creating:
                break;
        }

        if (host.State is InstanceState.Running or InstanceState.Paused or InstanceState.Exited && !row.Addresses.SequenceEqual(host.Addresses))
        {
            row.Addresses = host.Addresses;
        }

        if (before == (row.VmState, row.PowerState, row.FaultMessage, row.Addresses))
        {
            return false;
        }

        row.UpdatedAt = now;
        return true;
    }

    /// <summary>The host does not have the instance.</summary>
    /// <returns>True when the row changed.</returns>
    public static bool Miss(InstanceRow row, DateTime now)
    {
        if (row.VmState == VmStates.Error && row.PowerState == PowerStates.NoState)
        {
            return false;
        }

        row.PowerState = PowerStates.NoState;
        if (row.VmState != VmStates.Error)
        {
            row.VmState = VmStates.Error;
            row.SetFault(500, "The container of this instance is gone: somebody removed it on the host. Delete the instance.", MissingReason, now);
        }

        row.UpdatedAt = now;
        return true;
    }

    // nova: what is in error stays so until an operation or an administrator says otherwise.
    private static void Set(InstanceRow row, string vmState, int powerState)
    {
        row.PowerState = powerState;
        if (row.VmState != VmStates.Error || row.FaultReason == MissingReason)
        {
            row.VmState = vmState;
            row.ClearFault();
        }
    }
}
