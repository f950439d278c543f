using Microsoft.AspNetCore.Antiforgery;

namespace Dashboard.SignIn;

/// <summary>Refuses a POST that does not carry this browser's antiforgery token: to a script in words, to a person as a page.</summary>
internal sealed class AntiforgeryFilter(IAntiforgery antiforgery) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (await antiforgery.IsRequestValidAsync(context.HttpContext))
        {
            return await next(context);
        }

        return context.HttpContext.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
            ? Results.StatusCode(StatusCodes.Status400BadRequest)
            : Results.Problem("The form is out of date: you signed in or out since it was opened. Reload the page and try again.", statusCode: StatusCodes.Status400BadRequest);
    }
}

internal static class AntiforgeryRoutes
{
    /// <summary>Takes a POST from this browser's own pages only.</summary>
    public static RouteHandlerBuilder RequireFormToken(this RouteHandlerBuilder route) =>
        // The framework's own check of forms would fail while it binds them, as an error of ours: the filter answers in words.
        route.DisableAntiforgery().AddEndpointFilter<AntiforgeryFilter>();
}
