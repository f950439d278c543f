using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cloud.Http;
using Cloud.Nova.Drivers;
using Cloud.Nova.Servers;
using Cloud.Store;
using DriverHost.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Nova.Actions;

/// <summary>os-getConsoleOutput: the end of what the process wrote.</summary>
internal sealed class ConsoleOutput(IDbContextFactory<CloudDb> factory, IComputeDriver driver)
{
    /// <summary>nova: MAX_CONSOLE_BYTES.</summary>
    private const int MostBytes = 100 * 1024;

    public async Task<IResult> ReadAsync(HttpContext context, string id, JsonElement value)
    {
        context.Caller().RequireMember();
        var lines = Length(value);
        await using var db = await factory.CreateDbContextAsync(context.RequestAborted);
        var row = await db.Set<InstanceRow>().AsNoTracking().GetInstanceAsync(context.Caller(), id, context.RequestAborted);
        if (row.LaunchedAt is null)
        {
            throw CloudFailure.Conflict($"Instance {id} is not ready: it has not been launched, so it has no output.");
        }

        var output = lines == 0 ? "" : Clean(await ReadAsync(id, lines, context.RequestAborted));
        return Json.Ok(new JsonObject { ["output"] = output });
    }

    private async Task<byte[]> ReadAsync(string id, int? lines, CancellationToken cancellationToken)
    {
        try
        {
            return await driver.ReadConsoleAsync(id, lines, MostBytes, cancellationToken);
        }
        catch (DriverHostException refused)
        {
            throw refused.StatusCode is null or System.Net.HttpStatusCode.ServiceUnavailable
                ? new CloudFailure(FailureKind.Unavailable, $"The output cannot be read now: {refused.Message}")
                : CloudFailure.NotFound($"Instance {id} has no output: {refused.Message}");
        }
    }

    // nova: -1 and null mean all there is; a number may come as a text.
    private static int? Length(JsonElement value)
    {
        if (value.Member("length") is not { } given)
        {
            return null;
        }

        return int.TryParse(given.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) && length >= -1
            ? length == -1 ? null : length
            : throw CloudFailure.Invalid("Invalid input for field 'length': a whole number, -1 for all.");
    }

    // nova: control characters other than tab and line feed are left out.
    private static string Clean(byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var c in Encoding.UTF8.GetString(bytes))
        {
            if (c is '\t' or '\n' or >= ' ')
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }
}
