using System.Text.Json;
using DriverHost.Client;
using DriverHost.Docker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DriverHost.Http;

/// <summary>The one place where a failure becomes an answer: RFC 9457 problem details with a stable code.</summary>
internal sealed class ProblemsMiddleware(RequestDelegate next, ILogger<ProblemsMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400 && context.Response.ContentType is null && context.Response.ContentLength is null)
            {
                var (code, words) = Words(context.Response.StatusCode);
                await WriteAsync(context, context.Response.StatusCode, code, words);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (DriverFailure failure) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, failure.Status, failure.Code, failure.Message);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, bad.StatusCode, "invalid", bad.InnerException is JsonException json ? $"The body is not the JSON that this call takes: {json.Message}" : bad.Message);
        }
        catch (Exception engine) when (!context.Response.HasStarted && EngineFailure.TryRead(engine) is { } failure)
        {
            await WriteAsync(context, failure.Status, failure.Code, failure.Message);
        }
        catch (Exception unexpected) when (!context.Response.HasStarted)
        {
            HttpLog.Unexpected(logger, unexpected, context.Request.Method, context.Request.Path);
            await WriteAsync(context, 500, "unexpected", "The driver host failed in a way that it did not foresee. Its log has the details.");
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        var problem = new DriverHostProblem(status, code, Title(status), detail);
        await JsonSerializer.SerializeAsync(context.Response.Body, problem, DriverHostJson.Default.DriverHostProblem, context.RequestAborted);
    }

    private static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    private static (string Code, string Words) Words(int status) => status switch
    {
        404 => ("not_found", "There is no such resource here."),
        405 => ("method_not_allowed", "This resource does not take that method."),
        415 => ("unsupported_media_type", "Send application/json."),
        _ => ("refused", "The driver host could not comply with the request."),
    };
}

internal static partial class HttpLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly")]
    public static partial void Unexpected(ILogger logger, Exception exception, string method, string path);
}

internal static class ProblemsHosting
{
    public static void UseProblems(this WebApplication app) => app.UseMiddleware<ProblemsMiddleware>();
}
