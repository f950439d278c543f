namespace DriverHost.Docker;

/// <summary>The only memory that is shared with Docker.</summary>
internal static class Labels
{
    public const string Instance = "openstack.instance";
    public const string Project = "openstack.project";
    public const string Owner = "openstack.owner";
    public const string User = "openstack.user";
    public const string Name = "openstack.name";
    public const string Image = "openstack.image";
    public const string Flavor = "openstack.flavor";
    /// <summary>Neutron's id of the port that a network of the engine stands for.</summary>
    public const string Port = "openstack.port";
    /// <summary>Marks what is not an instance, for example a trial: <c>probe</c>.</summary>
    public const string Purpose = "openstack.purpose";

    public static IDictionary<string, IDictionary<string, bool>> Filter(params string[] labels) => new Dictionary<string, IDictionary<string, bool>>
    {
        ["label"] = labels.ToDictionary(label => label, _ => true),
    };
}
