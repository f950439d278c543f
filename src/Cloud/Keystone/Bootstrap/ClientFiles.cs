namespace Cloud.Keystone.Bootstrap;

/// <summary>openrc and clouds.yaml for the stock clients. They hold passwords: mode 0600.</summary>
internal static class ClientFiles
{
    /// <summary>
    /// The openstack client speaks 2.1 unless told: too old for <c>--network none</c>. From 2.88 on it can't show what a hypervisor has and uses,
    /// and from 2.92 on Debian 12's <c>keypair create</c> fails, for it leaves making the key to Nova.
    /// </summary>
    private const string ComputeVersion = "2.87";

    public static void Write(CloudOptions options)
    {
        var url = $"{options.Url.ToString().TrimEnd('/')}/identity/v3";
        var admin = Secrets.Ensure(options.DataPath, "admin.password");
        var demo = Secrets.Ensure(options.DataPath, "demo.password");
        Secrets.Write(Path.Combine(options.DataPath, "openrc"), $"""
            # source this file, then run openstack, nova or glance
            export OS_AUTH_URL={url}
            export OS_USERNAME=admin
            export OS_PASSWORD={admin}
            export OS_PROJECT_NAME=admin
            export OS_USER_DOMAIN_NAME=Default
            export OS_PROJECT_DOMAIN_NAME=Default
            export OS_REGION_NAME={options.Region}
            export OS_IDENTITY_API_VERSION=3
            export OS_IMAGE_API_VERSION=2
            export OS_COMPUTE_API_VERSION={ComputeVersion}

            """);
        Secrets.Write(Path.Combine(options.DataPath, "clouds.yaml"), $"""
            # OS_CLIENT_CONFIG_FILE=<this file> openstack --os-cloud dashboard server list
            clouds:
            {Cloud("dashboard", "admin", admin, "admin", url, options.Region)}
            {Cloud("dashboard-demo", "demo", demo, "demo", url, options.Region)}

            """);
    }

    private static string Cloud(string name, string user, string password, string project, string url, string region) => $"""
          {name}:
            region_name: {region}
            identity_api_version: 3
            compute_api_version: "{ComputeVersion}"
            auth:
              auth_url: {url}
              username: {user}
              password: {password}
              project_name: {project}
              user_domain_name: Default
              project_domain_name: Default
        """;
}
