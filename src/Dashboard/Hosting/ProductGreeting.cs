using System.Text;

namespace Dashboard.Hosting;

/// <summary>What the product says once every room answers: where to go and where the keys are. It never prints a secret.</summary>
internal static class ProductGreeting
{
    public const string Ready = "Ready. Ctrl-C stops it; instances keep running.";

    public static string Words(IConfiguration configuration, IReadOnlyList<string> roles)
    {
        var data = configuration["Data:Path"]!;
        var text = new StringBuilder();
        if (roles.Contains("dashboard"))
        {
            text.AppendLine(null, $"Dashboard    {configuration["Dashboard:Url"]}");
        }

        if (roles.Contains("cloud"))
        {
            text.AppendLine(null, $"Sign in      as admin; the password is in {Path.Combine(data, "secrets", "admin.password")}")
                .AppendLine(null, $"             or as demo; the password is in {Path.Combine(data, "secrets", "demo.password")}")
                .AppendLine(null, $"Clients      source {Path.Combine(data, "openrc")}")
                .AppendLine(null, $"             or OS_CLIENT_CONFIG_FILE={Path.Combine(data, "clouds.yaml")} openstack --os-cloud dashboard …")
                .AppendLine(null, $"Keystone     {configuration["Keystone:AuthUrl"]}");
        }

        if (roles.Contains("driver-host"))
        {
            text.AppendLine(null, $"Driver host  {configuration["DriverHost:Url"]} on the engine at {configuration["Docker:Endpoint"]}");
            var code = Path.Combine(data, "secrets", "enrolment-code");
            if (configuration["DriverHost:ListenUrl"] is { Length: > 0 } outer)
            {
                text.AppendLine(null, $"             and for a dashboard at {outer}").Append(File.Exists(code) ? $"             which adds it by the code in {code}, on its page Hosts{Environment.NewLine}" : "");
            }
        }

        return text.Append(Ready).ToString();
    }
}
