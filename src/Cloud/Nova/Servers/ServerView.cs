using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cloud.Http;
using Cloud.Nova.Versions;

namespace Cloud.Nova.Servers;

/// <summary>Instance → server, as the microversion and the caller's role have it. Written straight into the answer: a list may have a thousand.</summary>
internal sealed class ServerView(NovaLinks links, Microversion version, Caller caller)
{
    private const string Second = "yyyy-MM-ddTHH:mm:ssZ";
    private const string Microsecond = "yyyy-MM-ddTHH:mm:ss.ffffff";

    // A list repeats few of them, and each is a hash.
    private readonly Dictionary<(string ProjectId, string? Host), string> _hostIds = [];

    /// <summary>Whether the compute host answers; administrators see it from 2.16 on.</summary>
    public required bool HostIsUp { get; init; }

    /// <summary>The short form of <c>GET /servers</c>.</summary>
    public void WriteBrief(Utf8JsonWriter json, InstanceRow instance)
    {
        json.WriteStartObject();
        json.WriteString("id", instance.Id);
        json.WriteString("name", instance.Name);
        WriteLinks(json, $"/servers/{instance.Id}");
        json.WriteEndObject();
    }

    /// <param name="alone">False in a list: nova leaves the server groups out there.</param>
    public void WriteFull(Utf8JsonWriter json, InstanceRow instance, bool alone)
    {
        json.WriteStartObject();
        WriteCore(json, instance);
        json.WriteString("key_name", instance.KeyName);
        json.WriteString("config_drive", "");
        json.WriteString("OS-EXT-AZ:availability_zone", instance.Host is null ? "" : ServerNames.Zone);
        WriteTime(json, "OS-SRV-USG:launched_at", instance.LaunchedAt, Microsecond);
        WriteTime(json, "OS-SRV-USG:terminated_at", instance.TerminatedAt, Microsecond);
        json.WriteString("OS-EXT-STS:task_state", instance.TaskState);
        json.WriteString("OS-EXT-STS:vm_state", instance.VmState);
        json.WriteNumber("OS-EXT-STS:power_state", instance.PowerState);
        json.WriteStartArray("os-extended-volumes:volumes_attached");
        json.WriteEndArray();
        WriteOperatorsPart(json, instance);
        if (version.AtLeast(2, 71) && alone)
        {
            json.WriteStartArray("server_groups");
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>What nova answers to an update before 2.75: without what other extensions add.</summary>
    public void WriteCoreOnly(Utf8JsonWriter json, InstanceRow instance)
    {
        json.WriteStartObject();
        WriteCore(json, instance);
        json.WriteEndObject();
    }

    private void WriteCore(Utf8JsonWriter json, InstanceRow instance)
    {
        var status = ServerStatus.Of(instance.VmState, instance.TaskState);
        json.WriteString("id", instance.Id);
        json.WriteString("name", instance.Name);
        json.WriteString("status", status);
        json.WriteString("tenant_id", instance.ProjectId);
        json.WriteString("user_id", instance.UserId);
        WritePairs(json, "metadata", instance.Metadata);
        json.WriteString("hostId", HostId(instance));
        json.WriteStartObject("image");
        json.WriteString("id", instance.ImageId);
        WriteBookmark(json, $"/images/{instance.ImageId}");
        json.WriteEndObject();
        WriteFlavor(json, instance);
        WriteTime(json, "created", instance.CreatedAt, Second);
        WriteTime(json, "updated", instance.UpdatedAt, Second);
        ServerAddresses.Write(json, "addresses", instance, extended: true);
        json.WriteString("accessIPv4", instance.AccessIPv4);
        json.WriteString("accessIPv6", instance.AccessIPv6);
        WriteLinks(json, $"/servers/{instance.Id}");
        json.WriteString("OS-DCF:diskConfig", instance.DiskConfig);
        if (status is ServerStatus.Active or ServerStatus.Build)
        {
            json.WriteNumber("progress", 0);
        }

        WriteFault(json, instance, status);
        WriteByVersion(json, instance);
    }

    private string HostId(InstanceRow instance)
    {
        ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_hostIds, (instance.ProjectId, instance.Host), out _);
        return id ??= ServerNames.HostId(instance.ProjectId, instance.Host);
    }

    private void WriteByVersion(Utf8JsonWriter json, InstanceRow instance)
    {
        if (version.AtLeast(2, 9))
        {
            json.WriteBoolean("locked", instance.Locked);
        }

        if (version.AtLeast(2, 73))
        {
            json.WriteString("locked_reason", instance.LockedReason);
        }

        if (version.AtLeast(2, 19))
        {
            json.WriteString("description", instance.Description);
        }

        if (version.AtLeast(2, 26))
        {
            json.WriteStartArray("tags");
            foreach (var tag in instance.Tags)
            {
                json.WriteStringValue(tag);
            }

            json.WriteEndArray();
        }

        if (version.AtLeast(2, 63))
        {
            json.WriteNull("trusted_image_certificates");
        }
    }

    private void WriteOperatorsPart(Utf8JsonWriter json, InstanceRow instance)
    {
        // nova: 2.90 shows the host name to everybody.
        if (version.AtLeast(2, 90) && !caller.IsAdmin)
        {
            json.WriteString("OS-EXT-SRV-ATTR:hostname", instance.HostName);
        }

        if (!caller.IsAdmin)
        {
            return;
        }

        json.WriteString("OS-EXT-SRV-ATTR:host", instance.Host);
        json.WriteString("OS-EXT-SRV-ATTR:hypervisor_hostname", instance.Host);
        json.WriteString("OS-EXT-SRV-ATTR:instance_name", $"os-{instance.Id}");
        if (version.AtLeast(2, 3))
        {
            json.WriteString("OS-EXT-SRV-ATTR:hostname", instance.HostName);
            json.WriteString("OS-EXT-SRV-ATTR:reservation_id", instance.ReservationId);
            json.WriteNumber("OS-EXT-SRV-ATTR:launch_index", instance.LaunchIndex);
            json.WriteString("OS-EXT-SRV-ATTR:kernel_id", "");
            json.WriteString("OS-EXT-SRV-ATTR:ramdisk_id", "");
            json.WriteNull("OS-EXT-SRV-ATTR:root_device_name");
            json.WriteString("OS-EXT-SRV-ATTR:user_data", instance.UserData);
        }

        if (version.AtLeast(2, 16))
        {
            json.WriteString("host_status", instance.Host is null ? "" : HostIsUp ? "UP" : "DOWN");
        }
    }

    private void WriteFlavor(Utf8JsonWriter json, InstanceRow instance)
    {
        json.WriteStartObject("flavor");
        if (version.AtLeast(2, 47))
        {
            json.WriteNumber("vcpus", instance.Vcpus);
            json.WriteNumber("ram", instance.RamMb);
            json.WriteNumber("disk", instance.DiskGb);
            json.WriteNumber("ephemeral", 0);
            json.WriteNumber("swap", 0);
            json.WriteString("original_name", instance.FlavorName);
            WritePairs(json, "extra_specs", instance.FlavorSpecs);
        }
        else
        {
            json.WriteString("id", instance.FlavorId);
            WriteBookmark(json, $"/flavors/{Uri.EscapeDataString(instance.FlavorId)}");
        }

        json.WriteEndObject();
    }

    // nova: the fault is shown for what is in error or deleted only.
    private static void WriteFault(Utf8JsonWriter json, InstanceRow instance, string status)
    {
        if (instance.FaultMessage is not { } message || status is not (ServerStatus.Error or ServerStatus.Deleted))
        {
            return;
        }

        json.WriteStartObject("fault");
        json.WriteNumber("code", instance.FaultCode ?? 500);
        WriteTime(json, "created", instance.FaultAt ?? instance.UpdatedAt, Second);
        json.WriteString("message", message);
        json.WriteEndObject();
    }

    private void WriteLinks(Utf8JsonWriter json, string path)
    {
        json.WriteStartArray("links");
        WriteLink(json, "self", links.Address(path));
        WriteLink(json, "bookmark", links.Bookmark(path));
        json.WriteEndArray();
    }

    private void WriteBookmark(Utf8JsonWriter json, string path)
    {
        json.WriteStartArray("links");
        WriteLink(json, "bookmark", links.Bookmark(path));
        json.WriteEndArray();
    }

    private static void WriteLink(Utf8JsonWriter json, string rel, string address)
    {
        json.WriteStartObject();
        json.WriteString("rel", rel);
        json.WriteString("href", address);
        json.WriteEndObject();
    }

    public static void WritePairs(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> pairs)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in pairs)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTime? time, string format)
    {
        if (time is { } at)
        {
            json.WriteString(name, at.ToString(format, CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
