using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace TestKit;

/// <summary>A user who is made through Keystone's own API for one test, with a role in a project of their own or in a known one.</summary>
public sealed record KeystoneUser(string Id, string Name, string Password, string? ProjectId)
{
    /// <param name="role">Null: no role anywhere.</param>
    /// <param name="project">The id of a project that is there; null makes one of the user's name.</param>
    public static async Task<KeystoneUser> CreateAsync(Uri cloud, string adminPassword, string? role, string? project = null, string? domainId = null)
    {
        using var admin = await AdminAsync(cloud, adminPassword);
        var name = $"user-{Guid.NewGuid():n}"[..16];
        var password = $"Secret-{Guid.NewGuid():n}";
        var user = (await SendAsync(admin, HttpMethod.Post, "users", new JsonObject { ["user"] = new JsonObject { ["name"] = name, ["password"] = password, ["domain_id"] = domainId ?? "default" } }))["user"]!["id"]!.ToString();
        if (role is null)
        {
            return new(user, name, password, null);
        }

        project ??= (await SendAsync(admin, HttpMethod.Post, "projects", new JsonObject { ["project"] = new JsonObject { ["name"] = name, ["domain_id"] = domainId ?? "default" } }))["project"]!["id"]!.ToString();
        await GrantAsync(admin, user, project, role);
        return new(user, name, password, project);
    }

    /// <returns>The id of the new domain.</returns>
    public static async Task<string> CreateDomainAsync(Uri cloud, string adminPassword, string name)
    {
        using var admin = await AdminAsync(cloud, adminPassword);
        return (await SendAsync(admin, HttpMethod.Post, "domains", new JsonObject { ["domain"] = new JsonObject { ["name"] = name } }))["domain"]!["id"]!.ToString();
    }

    /// <summary>Gives the user a role in one more project.</summary>
    public async Task GrantAsync(Uri cloud, string adminPassword, string project, string role)
    {
        using var admin = await AdminAsync(cloud, adminPassword);
        await GrantAsync(admin, Id, project, role);
    }

    /// <summary>Switches the account off.</summary>
    public async Task DisableAsync(Uri cloud, string adminPassword)
    {
        using var admin = await AdminAsync(cloud, adminPassword);
        await SendAsync(admin, HttpMethod.Patch, $"users/{Id}", new JsonObject { ["user"] = new JsonObject { ["enabled"] = false } });
    }

    /// <summary>Tries wrong passwords until Keystone locks the account.</summary>
    public async Task LockAsync(Uri cloud)
    {
        using var anybody = new HttpClient { BaseAddress = Keystone(cloud) };
        for (var i = 0; i < 5; i++)
        {
            using var refused = await anybody.PostAsync("auth/tokens", JsonContent.Create(Credentials(Name, "wrong")));
        }
    }

    /// <summary>A token of the user, unscoped or scoped to a project by id.</summary>
    public async Task<string> TokenAsync(Uri cloud, string? projectId = null)
    {
        using var anybody = new HttpClient { BaseAddress = Keystone(cloud) };
        return await TokenAsync(anybody, Credentials(Name, Password, projectId is null ? null : new JsonObject { ["id"] = projectId }));
    }

    /// <summary>A token of a user of the first start, <c>admin</c> or <c>demo</c>, in the project of the same name.</summary>
    public static async Task<string> FirstTokenAsync(Uri cloud, string name, string password)
    {
        using var anybody = new HttpClient { BaseAddress = Keystone(cloud) };
        return await TokenAsync(anybody, Credentials(name, password, new JsonObject { ["name"] = name, ["domain"] = new JsonObject { ["id"] = "default" } }));
    }

    /// <summary>Keystone with an administrator's token; paths are below <c>/v3/</c>.</summary>
    public static async Task<HttpClient> AdminAsync(Uri cloud, string adminPassword)
    {
        var admin = new HttpClient { BaseAddress = Keystone(cloud) };
        admin.DefaultRequestHeaders.Add("X-Auth-Token", await FirstTokenAsync(cloud, "admin", adminPassword));
        return admin;
    }

    // The embedded cloud's address, or that of a Keystone elsewhere: http://…/v3.
    private static Uri Keystone(Uri cloud) => cloud.AbsolutePath.TrimEnd('/').EndsWith("/v3", StringComparison.Ordinal) ? new Uri($"{cloud.ToString().TrimEnd('/')}/") : new Uri(cloud, "/identity/v3/");

    private static async Task GrantAsync(HttpClient admin, string user, string project, string role)
    {
        var id = (await SendAsync(admin, HttpMethod.Get, $"roles?name={role}"))["roles"]![0]!["id"]!.ToString();
        await SendAsync(admin, HttpMethod.Put, $"projects/{project}/users/{user}/roles/{id}");
    }

    private static async Task<string> TokenAsync(HttpClient http, JsonObject credentials)
    {
        // With its length: a real Keystone reads nothing of a body that comes in chunks.
        using var body = new StringContent(credentials.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("auth/tokens", body);
        return answer.EnsureSuccessStatusCode().Headers.GetValues("X-Subject-Token").Single();
    }

    private static JsonObject Credentials(string user, string password, JsonObject? project = null) => new()
    {
        ["auth"] = new JsonObject
        {
            ["identity"] = new JsonObject
            {
                ["methods"] = new JsonArray("password"),
                ["password"] = new JsonObject { ["user"] = new JsonObject { ["name"] = user, ["password"] = password, ["domain"] = new JsonObject { ["id"] = "default" } } },
            },
            ["scope"] = project is null ? "unscoped" : new JsonObject { ["project"] = project },
        },
    };

    private static async Task<JsonNode> SendAsync(HttpClient admin, HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
        using var answer = await admin.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? answer.StatusCode == HttpStatusCode.NoContent || text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
