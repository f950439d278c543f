using Dashboard.Hosts;
using Dashboard.Tests.Launch;

namespace Dashboard.Tests.Hosts;

/// <summary>One compute service on one driver host.</summary>
internal sealed class TestHostsCloud : IHostsCloud
{
    public HostsFacts Facts { get; set; } = new([LaunchSamples.Service()], [new("compute-1", LaunchSamples.Host())]);

    public Func<CancellationToken, Task<HostsFacts>>? OnGet { get; set; }

    public Exception? ChangeFailure { get; set; }

    public CancellationToken LastToken { get; private set; }

    public Task<HostsFacts> GetAsync(CancellationToken cancellationToken)
    {
        LastToken = cancellationToken;
        return OnGet is null ? Task.FromResult(Facts) : OnGet(cancellationToken);
    }

    public async Task<HostsFacts?> TryGetAsync(CancellationToken cancellationToken) => await GetAsync(cancellationToken);

    public Task DisableAsync(string serviceId, string reason, CancellationToken cancellationToken) => ChangeAsync("disabled", reason);

    public Task EnableAsync(string serviceId, CancellationToken cancellationToken) => ChangeAsync("enabled", null);

    private Task ChangeAsync(string status, string? reason)
    {
        if (ChangeFailure is not null)
        {
            throw ChangeFailure;
        }

        Facts = Facts with { Services = [.. Facts.Services.Select(s => s with { Status = status, DisabledReason = reason })] };
        return Task.CompletedTask;
    }
}
