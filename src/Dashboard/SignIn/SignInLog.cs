namespace Dashboard.SignIn;

internal static partial class SignInLog
{
    [LoggerMessage(1, LogLevel.Information, "{User} signed in to project {Project}.")]
    public static partial void SignedIn(ILogger logger, string user, string project);

    [LoggerMessage(2, LogLevel.Warning, "A sign-in from {Address} failed: {Failure}.")]
    public static partial void Failed(ILogger logger, string? address, SignInFailure failure);

    [LoggerMessage(3, LogLevel.Warning, "A token of {User} could not be revoked: {Reason}")]
    public static partial void RevokeFailed(ILogger logger, string user, string reason);

    [LoggerMessage(4, LogLevel.Information, "{User} signed out.")]
    public static partial void SignedOut(ILogger logger, string user);

    [LoggerMessage(5, LogLevel.Information, "The session of {User} was ended: Keystone no longer takes its token.")]
    public static partial void TokenGone(ILogger logger, string user);

    [LoggerMessage(6, LogLevel.Information, "{User} signed in again in place.")]
    public static partial void Renewed(ILogger logger, string user);

    [LoggerMessage(7, LogLevel.Information, "{User} chose a new password.")]
    public static partial void PasswordChanged(ILogger logger, string user);
}
