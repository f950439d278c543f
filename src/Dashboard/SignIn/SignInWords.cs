using System.Net;
using System.Text.RegularExpressions;
using OpenStack.Errors;

namespace Dashboard.SignIn;

internal enum SignInFailure
{
    WrongCredentials,
    Locked,
    PasswordExpired,
    Disabled,
    KeystoneDown,
    NoProject,
    TooMany,

    /// <summary>Keystone does not take the new password.</summary>
    PasswordRefused,
}

/// <param name="Session">Null when it failed.</param>
/// <param name="Words">What, why, what to do.</param>
/// <param name="ExpiredUserId">The user whose right password has expired.</param>
internal sealed record SignInResult(SignedInSession? Session, SignInFailure? Failure, string? Words, string? ExpiredUserId = null);

/// <summary>Why Keystone refused, in the words that people get. It says 401 for nearly everything; only its own words tell the reasons apart.</summary>
internal static partial class SignInWords
{
    public const string DefaultDomain = "Default";

    /// <summary>Keystone does not answer.</summary>
    public static SignInResult Silent { get; } =
        new(null, SignInFailure.KeystoneDown, "Keystone, the cloud's identity service, does not answer. Your name and password were not checked. Try again in a minute, or tell an operator.");

    public static SignInResult Explain(OpenStackException refused, string domain) => refused switch
    {
        { Unreachable: true } => Silent,
        { StatusCode: HttpStatusCode.Unauthorized } when Says(refused, "locked") => new(null, SignInFailure.Locked, "The account is locked after too many wrong passwords. Wait some minutes, or ask an operator to unlock it."),
        { StatusCode: HttpStatusCode.Unauthorized } when Says(refused, "expired") && UserId(refused) is { } id => new(null, SignInFailure.PasswordExpired, "The password has expired. Choose a new one to go on.", id),
        { StatusCode: HttpStatusCode.Unauthorized } when Says(refused, "expired") => new(null, SignInFailure.PasswordExpired, "The password has expired. Ask an operator for a new one."),
        { StatusCode: HttpStatusCode.Unauthorized } when Says(refused, "disabled") => new(null, SignInFailure.Disabled, "The account is switched off. Ask an operator to switch it on."),
        { StatusCode: HttpStatusCode.Unauthorized } when !string.Equals(domain, DefaultDomain, StringComparison.OrdinalIgnoreCase) =>
            new(null, SignInFailure.WrongCredentials, "Keystone did not accept this user, password and domain. Check all three, then try again."),
        { StatusCode: HttpStatusCode.Unauthorized } => new(null, SignInFailure.WrongCredentials, "Keystone did not accept this user and password. Check both, then try again."),
        { StatusCode: HttpStatusCode.TooManyRequests } => new(null, SignInFailure.TooMany, "Keystone takes no more sign-ins right now. Your name and password were not checked. Wait a minute, then try again."),
        _ => new(null, SignInFailure.KeystoneDown, $"Keystone could not check the sign-in: {Sentence(refused.Message)} Try again in a minute, or tell an operator{(refused.RequestId is null ? "" : $" (request {refused.RequestId})")}."),
    };

    public static SignInResult ExplainChange(OpenStackException refused) => refused switch
    {
        { Unreachable: true } => new(null, SignInFailure.KeystoneDown, "Keystone, the cloud's identity service, does not answer. The password may or may not be changed: try the new one first."),
        { StatusCode: HttpStatusCode.Unauthorized } => new(null, SignInFailure.PasswordRefused, "Keystone did not accept the current password. Check it, then try again."),
        _ => new(null, SignInFailure.PasswordRefused, $"Keystone did not take the new password: {Sentence(refused.Message)} Choose another."),
    };

    public static string TooMany(int seconds) => $"Too many attempts. Your name and password were not checked. Wait {seconds} s, then try again.";

    private static bool Says(OpenStackException refused, string word) => refused.Message.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static string Sentence(string words) => words.TrimEnd() is var text && text.EndsWith('.') ? text : $"{text}.";

    // keystone: "The password is expired and needs to be changed for user: <id>."
    private static string? UserId(OpenStackException refused) => UserIdPattern().Match(refused.Message) is { Success: true } found ? found.Groups[1].Value : null;

    [GeneratedRegex("user: ([A-Za-z0-9_-]{1,64})", RegexOptions.None, 1000)]
    private static partial Regex UserIdPattern();
}
