namespace DriverHost.Host;

/// <summary>
/// This driver host's own name on the engine: the label <c>openstack.owner</c> of everything it makes. Several may share one engine; each touches
/// its own only. Kept in <c>host-id</c> beside the books, so that lost books lose no container.
/// </summary>
internal sealed class HostId
{
    public HostId(DriverHostOptions options)
    {
        Directory.CreateDirectory(options.DataPath);
        var file = Path.Combine(options.DataPath, "host-id");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, $"{Guid.NewGuid():n}\n");
        }

        Value = File.ReadAllText(file).Trim();
    }

    public string Value { get; }

    public override string ToString() => Value;
}
