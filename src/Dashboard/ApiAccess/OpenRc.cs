using Dashboard.Launch;

namespace Dashboard.ApiAccess;

/// <summary>The file to source before openstack, nova or glance. It asks for the password and keeps none.</summary>
internal static class OpenRc
{
    // Any POSIX shell: no "read -s", which is not in all of them.
    public static string Write(ApiFacts facts) => $"""
        # Source this file: . ./{facts.OpenRcName}
        # It asks for your password and keeps it in this shell only.
        for name in $(env | sed -n 's/^\(OS_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
        export OS_AUTH_URL={Quote(facts.AuthUrl.ToString().TrimEnd('/'))}
        export OS_IDENTITY_API_VERSION=3
        export OS_IMAGE_API_VERSION=2
        export OS_USERNAME={Quote(facts.UserName)}
        export OS_USER_DOMAIN_NAME={Quote(facts.UserDomain)}
        export OS_PROJECT_ID={Quote(facts.ProjectId)}
        export OS_PROJECT_NAME={Quote(facts.ProjectName)}
        export OS_PROJECT_DOMAIN_NAME={Quote(facts.ProjectDomain)}
        {(facts.Region is null ? "" : $"export OS_REGION_NAME={Quote(facts.Region)}\n")}printf 'Password of %s for project %s: ' "$OS_USERNAME" "$OS_PROJECT_NAME"
        if [ -t 0 ]; then stty -echo; fi
        IFS= read -r OS_PASSWORD
        if [ -t 0 ]; then stty echo; fi
        export OS_PASSWORD
        echo

        """;

    private static string Quote(string text) => ShellWords.Quote(text);
}
