using System.Globalization;
using System.Text;
using DriverHost.Auth;
using DriverHost.Client;
using Microsoft.AspNetCore.Http;

namespace DriverHost.Audit;

/// <summary>What somebody did to an instance.</summary>
/// <param name="Kind">A stable code, see <see cref="AuditKind"/>.</param>
/// <param name="Detail">For people, in plain text. What comes from outside is cut and cleaned by the book.</param>
/// <param name="Outcome">A stable code, see <see cref="AuditOutcome"/>.</param>
internal sealed record AuditEntry(string InstanceId, string ProjectId, string UserId, string? UserName, string? RequestId, string Kind, string Detail, string Outcome = AuditOutcome.Done)
{
    private const int MostDetail = 1000;
    private const int MostName = 255;

    public static AuditEntry Of(HttpContext context, HostInstance instance, string kind, string detail, string outcome = AuditOutcome.Done)
    {
        var caller = context.Caller();
        var request = context.Request.Headers["X-Openstack-Request-Id"].ToString();
        return new AuditEntry(instance.Id, instance.ProjectId, caller.UserId, caller.UserName, request.Length > 0 ? request : null, kind, detail, outcome);
    }

    public AuditRow ToRow(DateTimeOffset at) => new()
    {
        At = at,
        InstanceId = InstanceId,
        ProjectId = ProjectId,
        UserId = UserId,
        UserName = UserName is null ? null : Plain(UserName, MostName),
        RequestId = RequestId is null ? null : Plain(RequestId, MostName),
        Kind = Kind,
        Detail = Plain(Detail, MostDetail),
        Outcome = Outcome,
    };

    /// <summary>Without control and formatting characters, which could hide or turn round what a reader sees; no longer than that many characters.</summary>
    internal static string Plain(string text, int most)
    {
        var plain = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                continue;
            }

            if (plain.Length + rune.Utf16SequenceLength > most - 1)
            {
                return plain.Append('…').ToString();
            }

            plain.Append(rune);
        }

        return plain.ToString();
    }
}
