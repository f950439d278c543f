namespace Cloud.Tests.Tenancy;

/// <summary>The table: one line for each route that needs a token. A route without a line fails <see cref="TenancyTests"/>.</summary>
internal static class RouteRules
{
    private const string Identity = "/identity/v3";
    private const string Image = "/image/v2";
    private const string Compute = "/compute/v2.1";

    /// <summary>The only routes that anybody may call: where a password is asked for instead of a token, and which versions there are.</summary>
    public static readonly string[] Open =
    [
        "GET /identity", $"GET {Identity}", $"POST {Identity}/auth/tokens", $"POST {Identity}/users/{{userId}}/password",
        "GET /image", "GET /image/versions", $"GET {Image}",
        "GET /compute", $"GET {Compute}", "GET /compute/{path}",
    ];

    public static readonly RouteRule[] All =
    [
        .. Tokens(), .. Resources(), .. Assignments(), .. Images(), .. Members(), .. GlanceInformation(),
        .. Flavors(), .. Servers(), .. ServerParts(), .. Quotas(), .. Keypairs(), .. Hosts(),
    ];

    private static RouteRule[] Tokens() =>
    [
        new($"GET {Identity}/auth/tokens", 404, 404),
        new($"HEAD {Identity}/auth/tokens", 404, 404),
        new($"DELETE {Identity}/auth/tokens", 404, 404),
        new($"GET {Identity}/auth/catalog", 200, 200),
        new($"GET {Identity}/auth/projects", 200, 200),
        new($"GET {Identity}/auth/domains", 200, 200),
    ];

    private static IEnumerable<RouteRule> Resources()
    {
        (string Name, int List, int Stranger, int Reader)[] resources =
        [
            ("domain", 200, 200, 200), ("project", 200, 404, 200), ("user", 200, 404, 404), ("role", 403, 404, 404),
            ("region", 200, 200, 200), ("service", 403, 404, 404), ("endpoint", 403, 404, 404),
        ];
        foreach (var (name, list, stranger, reader) in resources)
        {
            var body = $$$"""{"{{{name}}}": {"description": "mine"}}""";
            yield return new($"GET {Identity}/{name}s", list, list);
            yield return new($"POST {Identity}/{name}s", 403, 403) { Body = body };
            yield return new($"GET {Identity}/{name}s/{{id}}", stranger, reader);
            yield return new($"HEAD {Identity}/{name}s/{{id}}", stranger, reader);
            yield return new($"PATCH {Identity}/{name}s/{{id}}", 403, 403) { Body = body };
            yield return new($"DELETE {Identity}/{name}s/{{id}}", 403, 403);
        }
    }

    private static IEnumerable<RouteRule> Assignments()
    {
        foreach (var kind in new[] { "project", "domain" })
        {
            var grants = $"{Identity}/{kind}s/{{targetId}}/users/{{userId}}/roles";
            yield return new($"GET {grants}", 403, 403);
            yield return new($"PUT {grants}/{{roleId}}", 403, 403);
            yield return new($"GET {grants}/{{roleId}}", 403, 403);
            yield return new($"HEAD {grants}/{{roleId}}", 403, 403);
            yield return new($"DELETE {grants}/{{roleId}}", 403, 403);
        }

        var credentials = $"{Identity}/users/{{userId}}/application_credentials";
        yield return new($"GET {Identity}/role_assignments", 403, 403);
        yield return new($"GET {Identity}/role_inferences", 403, 403);
        yield return new($"GET {Identity}/users/{{userId}}/projects", 403, 403);
        yield return new($"GET {credentials}", 403, 403);
        yield return new($"POST {credentials}", 403, 403) { Body = """{"application_credential": {"name": "robot"}}""" };
        yield return new($"GET {credentials}/{{id}}", 403, 403);
        yield return new($"DELETE {credentials}/{{id}}", 403, 403);
    }

    private static RouteRule[] Images() =>
    [
        new($"GET {Image}/images", 200, 200),
        new($"POST {Image}/images", null, 403) { Body = """{"name": "mine"}""" },
        new($"GET {Image}/images/{{id}}", 404, 200),
        new($"PATCH {Image}/images/{{id}}", 404, 403) { Body = "[]" },
        new($"DELETE {Image}/images/{{id}}", 404, 403),
        new($"POST {Image}/images/{{id}}/actions/deactivate", 404, 403),
        new($"POST {Image}/images/{{id}}/actions/reactivate", 404, 403),
        new($"PUT {Image}/images/{{id}}/tags/{{tag}}", 404, 403),
        new($"DELETE {Image}/images/{{id}}/tags/{{tag}}", 404, 403),
        new($"PUT {Image}/images/{{id}}/file", 404, 403) { Body = "bytes" },
        new($"GET {Image}/images/{{id}}/file", 404, 200),
    ];

    private static RouteRule[] Members() =>
    [
        new($"GET {Image}/images/{{id}}/members", 404, 200),
        new($"POST {Image}/images/{{id}}/members", 404, 403) { Body = """{"member": "another"}""" },
        new($"GET {Image}/images/{{id}}/members/{{member}}", 404, 200),
        new($"PUT {Image}/images/{{id}}/members/{{member}}", 404, 403) { Body = """{"status": "accepted"}""" },
        new($"DELETE {Image}/images/{{id}}/members/{{member}}", 404, 403),
    ];

    private static RouteRule[] GlanceInformation() =>
    [
        new($"GET {Image}/info/import", 200, 200),
        new($"GET {Image}/info/stores", 200, 200),
        new($"GET {Image}/info/stores/detail", 403, 403),
        new($"GET {Image}/info/usage", 200, 200),
        new($"GET {Image}/schemas/image", 200, 200),
        new($"GET {Image}/schemas/images", 200, 200),
        new($"GET {Image}/schemas/member", 200, 200),
        new($"GET {Image}/schemas/members", 200, 200),
    ];

    private static RouteRule[] Flavors() =>
    [
        new($"GET {Compute}/flavors", 200, 200),
        new($"GET {Compute}/flavors/detail", 200, 200),
        new($"POST {Compute}/flavors", 403, 403) { Body = """{"flavor": {"name": "mine", "vcpus": 1, "ram": 1, "disk": 1}}""" },
        new($"GET {Compute}/flavors/{{id}}", 404, 200),
        new($"PUT {Compute}/flavors/{{id}}", 403, 403) { Body = """{"flavor": {"description": "mine"}}""" },
        new($"DELETE {Compute}/flavors/{{id}}", 403, 403),
        new($"GET {Compute}/flavors/{{id}}/os-extra_specs", 404, 200),
        new($"POST {Compute}/flavors/{{id}}/os-extra_specs", 403, 403) { Body = """{"extra_specs": {"a": "b"}}""" },
        new($"GET {Compute}/flavors/{{id}}/os-extra_specs/{{key}}", 404, 200),
        new($"PUT {Compute}/flavors/{{id}}/os-extra_specs/{{key}}", 403, 403) { Body = """{"a": "c"}""" },
        new($"DELETE {Compute}/flavors/{{id}}/os-extra_specs/{{key}}", 403, 403),
        new($"GET {Compute}/flavors/{{id}}/os-flavor-access", 403, 403),
        new($"POST {Compute}/flavors/{{id}}/action", 403, 403) { Body = """{"addTenantAccess": {"tenant": "mine"}}""" },
    ];

    private static RouteRule[] Servers() =>
    [
        new($"GET {Compute}/servers", 200, 200),
        new($"GET {Compute}/servers/detail", 200, 200),
        new($"POST {Compute}/servers", null, 403) { Body = """{"server": {}}""" },
        new($"GET {Compute}/servers/{{id}}", 404, 200),
        new($"PUT {Compute}/servers/{{id}}", 404, 403) { Body = """{"server": {"name": "mine"}}""" },
        new($"DELETE {Compute}/servers/{{id}}", 404, 403),
        new($"POST {Compute}/servers/{{id}}/action", 404, 403) { Body = """{"os-stop": null}""" },
        new($"GET {Compute}/servers/{{id}}/os-instance-actions", 404, 200),
        new($"GET {Compute}/servers/{{id}}/os-instance-actions/{{request}}", 404, 200),
    ];

    private static RouteRule[] ServerParts() =>
    [
        new($"GET {Compute}/servers/{{id}}/metadata", 404, 200),
        new($"POST {Compute}/servers/{{id}}/metadata", 404, 403) { Body = """{"metadata": {"a": "c"}}""" },
        new($"PUT {Compute}/servers/{{id}}/metadata", 404, 403) { Body = """{"metadata": {}}""" },
        new($"GET {Compute}/servers/{{id}}/metadata/{{key}}", 404, 200),
        new($"PUT {Compute}/servers/{{id}}/metadata/{{key}}", 404, 403) { Body = """{"meta": {"a": "c"}}""" },
        new($"DELETE {Compute}/servers/{{id}}/metadata/{{key}}", 404, 403),
        new($"GET {Compute}/servers/{{id}}/tags", 404, 200),
        new($"PUT {Compute}/servers/{{id}}/tags", 404, 403) { Body = """{"tags": []}""" },
        new($"DELETE {Compute}/servers/{{id}}/tags", 404, 403),
        new($"GET {Compute}/servers/{{id}}/tags/{{tag}}", 404, 204),
        new($"PUT {Compute}/servers/{{id}}/tags/{{tag}}", 404, 403),
        new($"DELETE {Compute}/servers/{{id}}/tags/{{tag}}", 404, 403),
        new($"GET {Compute}/servers/{{id}}/ips", 404, 200),
        new($"GET {Compute}/servers/{{id}}/ips/{{network}}", 404, 200),
    ];

    private static RouteRule[] Quotas() =>
    [
        new($"GET {Compute}/limits", 200, 200),
        new($"GET {Compute}/os-quota-sets/{{project}}", 403, 200),
        new($"GET {Compute}/os-quota-sets/{{project}}/detail", 403, 200),
        new($"GET {Compute}/os-quota-sets/{{project}}/defaults", 403, 200),
        new($"PUT {Compute}/os-quota-sets/{{project}}", 403, 403) { Body = """{"quota_set": {"instances": 1000}}""" },
        new($"DELETE {Compute}/os-quota-sets/{{project}}", 403, 403),
        new($"GET {Compute}/os-quota-class-sets/{{name}}", 403, 403),
        new($"PUT {Compute}/os-quota-class-sets/{{name}}", 403, 403) { Body = """{"quota_class_set": {"instances": 1000}}""" },
        new($"GET {Compute}/os-simple-tenant-usage", 403, 403),
        new($"GET {Compute}/os-simple-tenant-usage/{{project}}", 403, 200),
    ];

    private static RouteRule[] Keypairs() =>
    [
        new($"GET {Compute}/os-keypairs", 200, 200),
        new($"POST {Compute}/os-keypairs", null, 403) { Body = """{"keypair": {"name": "mine"}}""" },
        new($"GET {Compute}/os-keypairs/{{name}}", 404, 404),
        new($"DELETE {Compute}/os-keypairs/{{name}}", 404, 403),
    ];

    private static RouteRule[] Hosts() =>
    [
        new($"GET {Compute}/extensions", 200, 200),
        new($"GET {Compute}/os-services", 403, 403),
        new($"PUT {Compute}/os-services/{{id}}", 403, 403) { Body = """{"status": "disabled"}""" },
        new($"GET {Compute}/os-hypervisors", 403, 403),
        new($"GET {Compute}/os-hypervisors/detail", 403, 403),
        new($"GET {Compute}/os-hypervisors/statistics", 403, 403) { Version = "2.52" },
        new($"GET {Compute}/os-hypervisors/{{id}}", 403, 403),
        new($"GET {Compute}/os-hypervisors/{{id}}/uptime", 403, 403) { Version = "2.52" },
        new($"GET {Compute}/os-hypervisors/{{pattern}}/search", 403, 403) { Version = "2.52" },
        new($"GET {Compute}/os-hypervisors/{{pattern}}/servers", 403, 403) { Version = "2.52" },
        new($"GET {Compute}/os-availability-zone", 200, 200),
        new($"GET {Compute}/os-availability-zone/detail", 403, 403),
        new($"GET {Compute}/os-aggregates", 403, 403),
        new($"GET {Compute}/os-server-groups", 200, 200),
        new($"POST {Compute}/os-server-groups", 403, 403),
        new($"GET {Compute}/os-server-groups/{{id}}", 404, 404),
    ];
}
