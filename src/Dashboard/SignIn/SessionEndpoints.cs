using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using OpenStack.Errors;

namespace Dashboard.SignIn;

/// <summary>Signing out, switching the project or the region, signing in again in place: plain form posts, for they change the cookie's session.</summary>
internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-out", SignOutAsync).RequireFormToken();
        app.MapPost("/project", SwitchProjectAsync).RequireFormToken();
        app.MapPost("/region", SwitchRegionAsync).RequireFormToken();
        app.MapPost("/session/renew", RenewAsync).RequireFormToken();
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, SessionStore store, SignInAttempt attempt, ILogger<SignInAttempt> logger, CancellationToken cancellationToken)
    {
        var session = SignedInSession.IdOf(context.User) is { } id ? await store.FindAsync(id) : null;
        await context.SignOutAsync();
        if (session is null)
        {
            return Results.LocalRedirect("/sign-in?left=all");
        }

        SignInLog.SignedOut(logger, session.Body.User.Name);
        if (await attempt.RevokeAsync(session.Issued, cancellationToken) is not { } problem)
        {
            return Results.LocalRedirect("/sign-in?left=all");
        }

        SignInLog.RevokeFailed(logger, session.Body.User.Name, problem);
        return Results.LocalRedirect("/sign-in?left=here");
    }

    private static async Task<IResult> SwitchProjectAsync(
        HttpContext context, SessionStore store, SessionLifetimes lifetimes, SignInAttempt attempt, [FromForm] string projectId, [FromForm] string? returnUrl, CancellationToken cancellationToken)
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
            return Results.LocalRedirect($"/problem/{(refused.Unreachable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status403Forbidden)}?wanted=project");
        }

        await context.SignInAsync(session.ToPrincipal(), session.ToProperties());
        lifetimes.End(session.Id, SessionEnd.Switched);
        Preferences.RememberProject(context, session.Body.Project!.Id);
        return Results.LocalRedirect(ReturnUrl.Local(returnUrl));
    }

    // Which regions there are is the catalog's affair: of another one the session takes no notice.
    private static async Task<IResult> SwitchRegionAsync(HttpContext context, SessionStore store, SessionLifetimes lifetimes, [FromForm] string region, [FromForm] string? returnUrl)
    {
        if (SignedInSession.IdOf(context.User) is not { } id || await store.FindAsync(id) is not { } session)
        {
            return Results.LocalRedirect(ReturnUrl.SignIn(returnUrl));
        }

        session = session with { Region = region, Version = session.Version + 1 };
        await context.SignInAsync(session.ToPrincipal(), session.ToProperties());
        lifetimes.End(session.Id, SessionEnd.Switched);
        Preferences.RememberRegion(context, region);
        return Results.LocalRedirect(ReturnUrl.Local(returnUrl));
    }

    private static async Task<IResult> RenewAsync(HttpContext context, SessionStore store, SignInForm form, [FromForm] string? password)
    {
        if (SignedInSession.IdOf(context.User) is not { } id || await store.FindAsync(id) is not { } session)
        {
            return Results.Unauthorized();
        }

        // The form has set the status: it belongs to the words.
        return await form.RenewAsync(context, session, password ?? "") is { } words
            ? Results.Problem(words, statusCode: context.Response.StatusCode)
            : Results.NoContent();
    }
}
