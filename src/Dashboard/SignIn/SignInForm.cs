using System.Globalization;
using Microsoft.AspNetCore.Authentication;

namespace Dashboard.SignIn;

/// <summary>What the form posts.</summary>
public sealed class SignInInput
{
    public string? UserName { get; set; }
    public string? Password { get; set; }
    public string? Domain { get; set; }
    public string? ReturnUrl { get; set; }
}

/// <summary>The work behind the sign-in form: the brake, the attempt, the cookie, the way back.</summary>
internal sealed class SignInForm(SignInAttempt attempt, SignInBrake brake, ILogger<SignInForm> logger)
{
    /// <returns>Why not, in words; null when the answer is a redirect to where the user wanted to go.</returns>
    public async Task<string?> SubmitAsync(HttpContext http, string userName, string password, string domain, string? returnUrl)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (brake.TryEnter(address, userName) is { } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            SignInLog.Failed(logger, address, SignInFailure.TooMany);
            return $"Too many attempts. Your name and password were not checked. Wait {seconds} s, then try again.";
        }

        var result = await attempt.SignInAsync(userName.Trim(), password, domain.Trim(), Preferences.ProjectId(http), http.RequestAborted);
        if (result.Session is not { } session)
        {
            http.Response.StatusCode = result.Failure == SignInFailure.KeystoneDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized;
            SignInLog.Failed(logger, address, result.Failure!.Value);
            return result.Words;
        }

        brake.Succeeded(address, userName);
        await http.SignInAsync(session.ToPrincipal(), session.ToProperties());
        Preferences.RememberDomain(http, domain.Trim());
        Preferences.RememberProject(http, session.Body.Project!.Id);
        SignInLog.SignedIn(logger, session.Body.User.Name, session.Body.Project.Name);
        http.Response.Redirect(ReturnUrl.Local(returnUrl));
        return null;
    }
}
