using DriverHost.Audit;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Host;
using DriverHost.Http;
using DriverHost.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace DriverHost.Terminal;

/// <summary>The routes of <c>/v1/instances/{id}/terminals</c>: a right of its own, see <see cref="TerminalRight"/>. A terminal is its user's alone.</summary>
internal static class TerminalApi
{
    public static void MapTerminals(this IEndpointRouteBuilder app)
    {
        var terminals = app.MapGroup("/v1/instances/{id}/terminals");
        terminals.MapGet("", List);
        terminals.MapPost("", Open);
        terminals.MapGet("{session}", Attach);
        terminals.MapDelete("{session}", Close);
    }

    private static Ok<TerminalRecord[]> List(string id, HttpContext context, InstanceBook book, Terminals terminals)
    {
        RequireRight(id, context, book);
        return TypedResults.Ok(terminals.Of(id, context.Caller().UserId));
    }

    private static async Task<Ok<TerminalRecord>> Open(
        string id, HttpContext context, [FromBody] TerminalRequest request, InstanceBook book, Terminals terminals, AuditBook audit, Readiness readiness, CancellationToken cancellationToken)
    {
        var instance = book.RequireReadable(id, context.Caller());
        try
        {
            context.Caller().RequireTerminal(instance);
        }
        catch (DriverFailure)
        {
            await audit.WriteAsync(AuditEntry.Of(context, instance, AuditKind.TerminalOpen, $"The role {TerminalRight.Role} is missing.", AuditOutcome.Refused));
            throw;
        }

        await readiness.RequireAsync(cancellationToken);
        var requestId = context.Request.Headers["X-Openstack-Request-Id"] is [{ Length: > 0 } sent] ? sent : null;
        return TypedResults.Ok(await terminals.OpenAsync(instance, context.Caller(), Token(context), requestId, request, cancellationToken));
    }

    private static async Task Attach(
        string id, string session, long? offset, HttpContext context, InstanceBook book, Terminals terminals, TokenGuard guard, DriverHostMetrics metrics, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var instance = RequireRight(id, context, book);
        var terminal = terminals.Require(id, session, context.Caller().UserId);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw DriverFailure.Invalid("A terminal is opened as a WebSocket.");
        }

        if (offset is < 0)
        {
            throw DriverFailure.Invalid("offset is the number of bytes that the viewer has already.");
        }

        using var stream = metrics.Open("terminal");
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await terminal.WatchAsync(guard, Token(context), instance.ProjectId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopped);
        await new TerminalViewing(terminal, guard, instance.ProjectId, time).RunAsync(socket, offset ?? 0, ending.Token);
    }

    private static async Task<NoContent> Close(string id, string session, HttpContext context, InstanceBook book, Terminals terminals)
    {
        RequireRight(id, context, book);
        await terminals.CloseAsync(terminals.Require(id, session, context.Caller().UserId));
        return TypedResults.NoContent();
    }

    private static HostInstance RequireRight(string id, HttpContext context, InstanceBook book)
    {
        var instance = book.RequireReadable(id, context.Caller());
        context.Caller().RequireTerminal(instance);
        return instance;
    }

    private static string Token(HttpContext context) => context.Request.Headers["X-Auth-Token"].ToString();
}
