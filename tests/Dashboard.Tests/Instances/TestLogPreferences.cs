using System.Text.Json.Nodes;
using Dashboard.Logs;
using Microsoft.AspNetCore.Components.Forms;

namespace Dashboard.Tests.Instances;

/// <summary>Somebody who chose UTC.</summary>
internal sealed class TestLogPreferences : ILogPreferences
{
    public Task<JsonObject> ReadAsync() => Task.FromResult(new JsonObject { ["time"] = "utc" });

    public Task<string?> WriteAsync(ReadOnlyMemory<byte> json) => throw new NotSupportedException("A page does not write here: the module does, over HTTP.");
}

/// <summary>Pages get a token that the scripts send.</summary>
internal sealed class TestFormTokens : AntiforgeryStateProvider
{
    public override AntiforgeryRequestToken? GetAntiforgeryToken() => new("token", "__RequestVerificationToken");
}
