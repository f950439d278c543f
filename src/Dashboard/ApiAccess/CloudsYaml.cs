using System.Text.Json;

namespace Dashboard.ApiAccess;

/// <summary>clouds.yaml for one project. A JSON text is a YAML text, so any name is quoted as JSON.</summary>
internal static class CloudsYaml
{
    /// <summary>Without a password: the client asks, or reads it from secure.yaml beside it.</summary>
    public static string Write(ApiFacts facts) => $$"""
        # Put it into ~/.config/openstack/clouds.yaml, then: openstack --os-cloud {{facts.FileName}} server list
        # The client asks for your password. To have it not ask, put this into secure.yaml beside it, readable by you alone:
        #   clouds: { {{facts.FileName}}: { auth: { password: "..." } } }
        clouds:
          {{facts.FileName}}:
            {{Region(facts)}}identity_api_version: 3
            auth:
              auth_url: {{Quote(facts.AuthUrl.ToString().TrimEnd('/'))}}
              username: {{Quote(facts.UserName)}}
              user_domain_name: {{Quote(facts.UserDomain)}}
              project_id: {{Quote(facts.ProjectId)}}
              project_name: {{Quote(facts.ProjectName)}}
              project_domain_name: {{Quote(facts.ProjectDomain)}}

        """;

    /// <summary>For a program: with the application credential's own secret.</summary>
    public static string Write(ApiFacts facts, string credentialId, string secret) => $"""
        clouds:
          {facts.FileName}:
            {Region(facts)}auth_type: v3applicationcredential
            auth:
              auth_url: {Quote(facts.AuthUrl.ToString().TrimEnd('/'))}
              application_credential_id: {Quote(credentialId)}
              application_credential_secret: {Quote(secret)}

        """;

    private static string Region(ApiFacts facts) => facts.Region is null ? "" : $"region_name: {Quote(facts.Region)}\n    ";

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
