using OpenStack.Keystone;

namespace Dashboard.ApiAccess;

/// <summary>The viewer's way into the APIs.</summary>
internal interface IApiAccess
{
    /// <summary>As the session's token and catalog say; nobody is asked.</summary>
    ApiFacts Facts { get; }

    /// <summary>The viewer's own application credentials of this project.</summary>
    Task<IReadOnlyList<ApplicationCredential>> ListCredentialsAsync(CancellationToken cancellationToken);

    /// <param name="expires">Null: it never ends.</param>
    /// <returns>With its secret, which is never told again.</returns>
    Task<ApplicationCredential> CreateCredentialAsync(string name, DateTimeOffset? expires, CancellationToken cancellationToken);

    /// <summary>Deletes it; programs that use it are out at once.</summary>
    Task DeleteCredentialAsync(string id, CancellationToken cancellationToken);
}
