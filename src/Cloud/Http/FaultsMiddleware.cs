using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cloud.Http;

/// <summary>Writes errors in one service's own shape. One per service, chosen by the path's first segment.</summary>
internal interface IFaultWriter
{
    /// <summary>The first path segment that this writer answers for, for example <c>/identity</c>.</summary>
    PathString Prefix { get; }

    Task WriteAsync(HttpContext context, int statusCode, string message);
}

/// <summary>The one place where a failure becomes an answer: thrown refusals, unknown routes and unexpected errors alike.</summary>
internal sealed class FaultsMiddleware(RequestDelegate next, IEnumerable<IFaultWriter> writers, ILogger<FaultsMiddleware> logger)
{
    private readonly IFaultWriter[] _writers = [.. writers];

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400 && context.Response.ContentLength is null && context.Response.ContentType is null)
            {
                await WriteAsync(context, context.Response.StatusCode, Words(context.Response.StatusCode));
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (CloudFailure failure) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, (int)failure.Kind, failure.Message);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, bad.StatusCode, bad.InnerException is System.Text.Json.JsonException json ? $"Malformed JSON: {json.Message}" : bad.Message);
        }
        catch (Exception unexpected) when (!context.Response.HasStarted)
        {
            CloudLog.UnexpectedFailure(logger, unexpected, context.Request.Method, context.Request.Path);
            await WriteAsync(context, 500, "An unexpected error prevented the server from fulfilling your request.");
        }
    }

    private Task WriteAsync(HttpContext context, int statusCode, string message)
    {
        context.Response.StatusCode = statusCode;
        var writer = Array.Find(_writers, w => context.Request.Path.StartsWithSegments(w.Prefix));
        return writer is null ? context.Response.WriteAsync(message) : writer.WriteAsync(context, statusCode, message);
    }

    private static string Words(int statusCode) => statusCode switch
    {
        404 => "The resource could not be found.",
        405 => "The method specified is not allowed for this resource.",
        415 => "The content type of the request is not supported here: send application/json.",
        _ => "The server could not comply with the request.",
    };
}

internal static class FaultsHosting
{
    public static void UseFaults(this WebApplication app) => app.UseMiddleware<FaultsMiddleware>();
    public static void AddFaultWriter<T>(this IServiceCollection services)
        where T : class, IFaultWriter => services.AddSingleton<IFaultWriter, T>();
}
