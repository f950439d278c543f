using Refit;

namespace OpenStack.Keystone;

/// <summary>Keystone v3, client side; paths below <c>…/v3</c>. One method per route we use.</summary>
public interface IKeystoneApi
{
    [Post("/auth/tokens")]
    Task<IApiResponse<TokenAnswer>> AuthenticateAsync([Body] AuthRequest request, CancellationToken cancellationToken);

    /// <summary>Validates <paramref name="subjectToken"/>; 404 when it is not valid.</summary>
    [Get("/auth/tokens")]
    Task<IApiResponse<TokenAnswer>> ValidateTokenAsync([Header("X-Auth-Token")] string authToken, [Header("X-Subject-Token")] string subjectToken, CancellationToken cancellationToken);

    [Delete("/auth/tokens")]
    Task<IApiResponse> RevokeTokenAsync([Header("X-Auth-Token")] string authToken, [Header("X-Subject-Token")] string subjectToken, CancellationToken cancellationToken);

    /// <summary>Changes one's own password, also an expired one: the old password stands for the token.</summary>
    [Post("/users/{userId}/password")]
    Task ChangePasswordAsync(string userId, [Body] ChangePassword request, CancellationToken cancellationToken);

    /// <summary>The projects that this token may be rescoped to.</summary>
    [Get("/auth/projects")]
    Task<ProjectList> ListAuthProjectsAsync([Header("X-Auth-Token")] string authToken, CancellationToken cancellationToken);

    [Get("/projects")]
    Task<ProjectList> ListProjectsAsync([Header("X-Auth-Token")] string authToken, CancellationToken cancellationToken);

    [Get("/users")]
    Task<UserList> ListUsersAsync([Header("X-Auth-Token")] string authToken, CancellationToken cancellationToken);

    [Get("/users/{userId}/application_credentials")]
    Task<ApplicationCredentialList> ListApplicationCredentialsAsync([Header("X-Auth-Token")] string authToken, string userId, CancellationToken cancellationToken);

    /// <summary>Of the token's project and roles. The secret is in this answer only.</summary>
    [Post("/users/{userId}/application_credentials")]
    Task<ApplicationCredentialAnswer> CreateApplicationCredentialAsync(
        [Header("X-Auth-Token")] string authToken, string userId, [Body] CreateApplicationCredentialRequest request, CancellationToken cancellationToken);

    [Delete("/users/{userId}/application_credentials/{id}")]
    Task DeleteApplicationCredentialAsync([Header("X-Auth-Token")] string authToken, string userId, string id, CancellationToken cancellationToken);
}

public sealed record ProjectList(IReadOnlyList<Project> Projects);
public sealed record Project(string Id, string Name, string DomainId, bool Enabled = true, string? Description = null);
public sealed record UserList(IReadOnlyList<User> Users);
public sealed record User(string Id, string Name, string DomainId, bool Enabled = true);
