using System.Globalization;
using System.Text.Json;
using DriverHost.Audit;
using DriverHost.Auth;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.History;
using DriverHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace DriverHost.Alerts;

/// <summary><c>/v1/instances/{id}/alerts</c>: whoever may read the instance sees its rules and notices and may try a rule; members make and delete them.</summary>
internal static class AlertsApi
{
    private const int DefaultLimit = 100;
    private const int MostLimit = AlertLimits.FiringsPerProject;
    private const int LargestBody = 64 * 1024;

    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        var alerts = app.MapGroup("/v1/instances/{id}/alerts");
        alerts.MapGet("", List);
        alerts.MapPost("", Create).WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        alerts.MapDelete("{rule}", Delete);
        alerts.MapGet("preview", Preview);
        alerts.MapGet("firings", Firings);
    }

    private static async Task<Ok<AlertRule[]>> List(string id, HttpContext context, InstanceBook book, AlertLedger ledger, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        book.RequireReadable(id, caller);
        var rules = await ledger.RulesAsync(id, cancellationToken);
        return TypedResults.Ok(rules.Select(r => AlertView.Of(r.Rule, r.Last, whole: caller.MayChange())).ToArray());
    }

    private static async Task<Created<AlertRule>> Create(string id, HttpContext context, InstanceBook book, AlertRules rules, AlertAddresses addresses, AuditBook audit, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var instance = book.RequireReadable(id, caller);
        caller.RequireMember();
        var spec = AlertSpecCheck.Require(await ReadAsync(context.Request, cancellationToken), addresses);
        var where = spec.Webhook is null ? "without a webhook" : $"with notices to {new Uri(spec.Webhook).Authority}";
        await audit.WriteThroughAsync(AuditEntry.Of(context, instance, AuditKind.AlertCreate, $"Makes the alert rule {spec.Name}, {where}."), cancellationToken);
        try
        {
            var rule = await rules.AddAsync(instance, spec, caller.UserName, cancellationToken);
            return TypedResults.Created($"/v1/instances/{id}/alerts/{rule.Id}", AlertView.Of(rule, null, whole: true) with { Secret = rule.Secret });
        }
        catch (DriverFailure refused)
        {
            await audit.WriteAsync(AuditEntry.Of(context, instance, AuditKind.AlertCreate, $"Did not make the alert rule {spec.Name}: {refused.Message}", AuditOutcome.Refused));
            throw;
        }
    }

    private static async Task<NoContent> Delete(string id, string rule, HttpContext context, InstanceBook book, AlertRules rules, AlertLedger ledger, AuditBook audit, CancellationToken cancellationToken)
    {
        var instance = book.RequireReadable(id, context.Caller());
        context.Caller().RequireMember();
        var known = (await ledger.RulesAsync(id, cancellationToken)).FirstOrDefault(r => r.Rule.Id == rule).Rule;
        if (known is null || !await rules.RemoveAsync(id, rule, cancellationToken))
        {
            throw DriverFailure.NotFound($"The instance has no alert rule {rule}.");
        }

        await audit.WriteAsync(AuditEntry.Of(context, instance, AuditKind.AlertDelete, $"Deleted the alert rule {AlertView.Of(known, null, whole: false).Spec.Name}."));
        return TypedResults.NoContent();
    }

    private static async Task<Ok<AlertPreview>> Preview(string id, HttpContext context, LogSources sources, AlertPreviewer previewer, CancellationToken cancellationToken)
    {
        var source = sources.Require(id, context.Caller());
        var values = context.Request.Query;
        var spec = new AlertRuleSpec
        {
            Text = values["q"].ToString(),
            Regex = values["regex"] == "true",
            MatchCase = values["case"] == "true",
            Stream = values["stream"] is [{ Length: > 0 } stream] ? stream : null,
            Level = values["level"] is [{ Length: > 0 } level] ? level : null,
            Events = values["events"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            CooldownSeconds = values["cooldown"] is not [{ Length: > 0 } text] ? new AlertRuleSpec().CooldownSeconds
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0,
        };
        AlertSpecCheck.RequireMatch(spec);
        AlertSpecCheck.RequireCooldown(spec.CooldownSeconds);
        return TypedResults.Ok(await previewer.TryAsync(source, spec, cancellationToken));
    }

    private static async Task<Ok<AlertFiring[]>> Firings(string id, int? limit, HttpContext context, InstanceBook book, AlertLedger ledger, CancellationToken cancellationToken)
    {
        book.RequireReadable(id, context.Caller());
        if (limit is < 1 or > MostLimit)
        {
            throw DriverFailure.Invalid($"limit is 1 to {MostLimit} notices.");
        }

        return TypedResults.Ok((await ledger.FiringsAsync(id, limit ?? DefaultLimit, cancellationToken)).Select(AlertView.Of).ToArray());
    }

    private static async Task<AlertRuleSpec> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            throw new DriverFailure(415, "unsupported_media_type", "Send application/json.");
        }

        try
        {
            var spec = await request.ReadFromJsonAsync(DriverHostJson.Default.AlertRuleSpec, cancellationToken) ?? throw DriverFailure.Invalid("The body is a rule as a JSON object.");
            // JSON may say null where the record does not.
            return spec with { Name = spec.Name ?? "", Text = spec.Text ?? "", Events = spec.Events ?? [] };
        }
        catch (JsonException wrong)
        {
            throw DriverFailure.Invalid($"The body is not the JSON that this call takes: {wrong.Message}");
        }
    }
}
