using System.Globalization;
using System.Text.Json;
using Dashboard.Telemetry;
using Microsoft.AspNetCore.Authentication;

namespace Dashboard.SignIn;

/// <summary>What the form posts.</summary>
public sealed class SignInInput
{
    public string? UserName { get; set; }
    public string? Password { get; set; }
    public string? Domain { get; set; }
    public string? ReturnUrl { get; set; }

    /// <summary>Twice, when the old one has expired.</summary>
    public string? NewPassword { get; set; }
    public string? NewPasswordAgain { get; set; }
}

/// <summary>What the page shows after a failed attempt.</summary>
/// <param name="Words">Why not, and what to do.</param>
/// <param name="AsksNewPassword">The password has expired: the form asks for the next one.</param>
internal sealed record SignInAnswer(string Words, bool AsksNewPassword = false);

/// <summary>The work behind the sign-in form: the brake, the attempt, the cookie, the way back.</summary>
internal sealed class SignInForm(SignInAttempt attempt, SignInBrake brake, SessionStore store, DashboardMetrics metrics, ILogger<SignInForm> logger)
{
    /// <returns>Null when the answer is a redirect to where the user wanted to go.</returns>
    public async Task<SignInAnswer?> SubmitAsync(HttpContext http, SignInInput input, string domain, string? returnUrl)
    {
        var (userName, password) = (input.UserName?.Trim() ?? "", input.Password ?? "");
        var changes = input.NewPassword is not null;
        if (Brake(http, userName) is { } wait)
        {
            return new(wait, changes);
        }

        if (changes)
        {
            if (NewPasswordProblem(input) is { } problem)
            {
                http.Response.StatusCode = StatusCodes.Status400BadRequest;
                return new(problem, AsksNewPassword: true);
            }

            if (await attempt.ChangePasswordAsync(userName, password, domain, input.NewPassword!, http.RequestAborted) is { } refused)
            {
                return Fail(http, refused, asksNewPassword: true);
            }

            SignInLog.PasswordChanged(logger, userName);
            password = input.NewPassword!;
        }

        var result = await attempt.SignInAsync(userName, password, domain, Preferences.ProjectId(http), http.RequestAborted);
        if (result.Session is not { } session)
        {
            return Fail(http, result, asksNewPassword: result.ExpiredUserId is not null);
        }

        session = session with { Region = Preferences.Region(http) };
        brake.Succeeded(Address(http), userName);
        await http.SignInAsync(session.ToPrincipal(), session.ToProperties());
        Preferences.RememberDomain(http, domain);
        Preferences.RememberProject(http, session.Body.Project!.Id);
        metrics.SignIn("ok");
        SignInLog.SignedIn(logger, session.Body.User.Name, session.Body.Project.Name);
        http.Response.Redirect(ReturnUrl.Local(returnUrl));
        return null;
    }

    /// <summary>Asks for the password again and keeps session, cookie and pages.</summary>
    /// <returns>Null when the sign-in is renewed; else why not.</returns>
    public async Task<string?> RenewAsync(HttpContext http, SignedInSession session, string password)
    {
        if (Brake(http, session.Body.User.Name) is { } wait)
        {
            return wait;
        }

        var result = await attempt.RenewAsync(session, password, http.RequestAborted);
        if (result.Session is not { } renewed)
        {
            return Fail(http, result, asksNewPassword: false).Words;
        }

        brake.Succeeded(Address(http), session.Body.User.Name);
        if (await store.RenewAsync(renewed, http.RequestAborted))
        {
            metrics.SignIn("renewed");
            SignInLog.Renewed(logger, session.Body.User.Name);
            return null;
        }

        await attempt.RevokeAsync(renewed.Issued, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return "The sign-in ended meanwhile. Sign in again.";
    }

    private string? Brake(HttpContext http, string userName)
    {
        if (brake.TryEnter(Address(http), userName) is not { } wait)
        {
            return null;
        }

        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        NoteFailure(http, SignInFailure.TooMany);
        return SignInWords.TooMany(seconds);
    }

    private SignInAnswer Fail(HttpContext http, SignInResult result, bool asksNewPassword)
    {
        http.Response.StatusCode = result.Failure switch
        {
            SignInFailure.KeystoneDown => StatusCodes.Status503ServiceUnavailable,
            SignInFailure.TooMany => StatusCodes.Status429TooManyRequests,
            SignInFailure.PasswordRefused => StatusCodes.Status400BadRequest,
            SignInFailure.NoProject => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status401Unauthorized,
        };
        NoteFailure(http, result.Failure!.Value);
        return new(result.Words!, asksNewPassword);
    }

    private void NoteFailure(HttpContext http, SignInFailure failure)
    {
        metrics.SignIn(JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.ToString()));
        SignInLog.Failed(logger, Address(http), failure);
    }

    private static string? NewPasswordProblem(SignInInput input) => input switch
    {
        { NewPassword: null or "" } => "The new password is missing.",
        _ when input.NewPassword != input.NewPasswordAgain => "The two new passwords differ. Type the same one twice.",
        _ when input.NewPassword == input.Password => "The new password is the old one. Choose another.",
        _ => null,
    };

    private static string Address(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";
}
