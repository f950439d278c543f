using System.Net;

namespace Dashboard.Tests.Logs;

/// <summary>What the address of a log answers while no driver host does.</summary>
public sealed class SilentHostTests : IAsyncLifetime
{
    private const string Unknown = "11111111-2222-3333-4444-555555555555";
    private DashboardFixture _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        _dashboard = await DashboardFixture.StartAsync();
        _dashboard.DriverHost.Silent = true;
    }

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Theory]
    [InlineData("", HttpStatusCode.NotFound, "could not be found")]
    [InlineData("&tail=500", HttpStatusCode.NotFound, "could not be found")]
    [InlineData("&cursor=1-0", HttpStatusCode.ServiceUnavailable, "The driver host does not answer.")]
    [InlineData("&cursor=1-0&console=true", HttpStatusCode.NotFound, "could not be found")]
    public async Task Log_OfAViewerWithoutLines_IsAskedOfNova(string query, HttpStatusCode status, string words)
    {
        using var visitor = await _dashboard.SignedInAsync();

        using var answer = await visitor.Http.GetAsync($"/logs/{Unknown}?follow=true{query}", TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
