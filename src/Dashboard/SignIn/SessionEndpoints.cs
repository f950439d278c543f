using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using OpenStack.Errors;

namespace Dashboard.SignIn;

/// <summary>Signing out and switching the project: plain form posts, for they change the cookie's session.</summary>
internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-out", SignOutAsync).AddEndpointFilter<AntiforgeryFilter>();
        app.MapPost("/project", SwitchProjectAsync).AddEndpointFilter<AntiforgeryFilter>();
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, SessionStore store, SignInAttempt attempt, ILogger<SignInAttempt> logger, CancellationToken cancellationToken)
    {
        var session = SignedInSession.IdOf(context.User) is { } id ? await store.FindAsync(id) : null;
        await context.SignOutAsync();
        if (session is not null)
        {
            await attempt.RevokeAsync(session, logger, cancellationToken);
            SignInLog.SignedOut(logger, session.Body.User.Name);
        }

        return Results.LocalRedirect("/sign-in?signedOut=true");
    }

    private static async Task<IResult> SwitchProjectAsync(
        HttpContext context, SessionStore store, SignInAttempt attempt, [FromForm] string projectId, [FromForm] string? returnUrl, CancellationToken cancellationToken)
    {
        if (SignedInSession.IdOf(context.User) is not { } id || await store.FindAsync(id) is not { } session)
        {
            return Results.LocalRedirect(ReturnUrl.SignIn(returnUrl));
        }

        try
        {
            session = await attempt.SwitchAsync(session, projectId, cancellationToken);
        }
        catch (OpenStackException refused)
        {
            return Results.Problem($"The project was not switched: {refused.Message} Go back and choose another.", statusCode: refused.Unreachable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status403Forbidden);
        }

        await context.SignInAsync(session.ToPrincipal(), session.ToProperties());
        Preferences.RememberProject(context, session.Body.Project!.Id);
        return Results.LocalRedirect(ReturnUrl.Local(returnUrl));
    }
}
