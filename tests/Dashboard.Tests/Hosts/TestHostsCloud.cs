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

    public HostLoad Load { get; set; } = new(2, ["web-1", "db-1"]);

    public Exception? LoadFailure { get; set; }

    public Task<HostLoad> GetLoadAsync(string host, CancellationToken cancellationToken) => LoadFailure is { } failure ? Task.FromException<HostLoad>(failure) : Task.FromResult(Load);

    public Scheduling Scheduling { get; set; } = Scheduling.None;

    public Task<Scheduling> GetSchedulingAsync(CancellationToken cancellationToken) => Task.FromResult(Scheduling);

    public Task DisableAsync(string serviceId, string reason, CancellationToken cancellationToken) => ChangeAsync("disabled", reason);

    public Task EnableAsync(string serviceId, CancellationToken cancellationToken) => ChangeAsync("enabled", null);

    public List<(string Aggregate, string ImageId)> Fetched { get; } = [];

    public Task FetchAsync(OpenStack.Nova.Aggregate aggregate, string imageId, CancellationToken cancellationToken)
    {
        if (ChangeFailure is not null)
        {
            throw ChangeFailure;
        }

        Fetched.Add((aggregate.Name, imageId));
        return Task.CompletedTask;
    }

    public List<(Uri Url, string Code)> Added { get; } = [];

    public Exception? AddFailure { get; set; }

    public Task<string> AddAsync(Uri url, string code, CancellationToken cancellationToken)
    {
        Added.Add((url, code));
        if (AddFailure is { } failure)
        {
            throw failure;
        }

        Facts = Facts with { Hosts = [.. Facts.Hosts, new("compute-2", LaunchSamples.Host(), null, "h2")] };
        return Task.FromResult("compute-2");
    }

    public Task RemoveAsync(string hostId, CancellationToken cancellationToken)
    {
        Facts = Facts with { Hosts = [.. Facts.Hosts.Where(h => h.Id != hostId)] };
        return Task.CompletedTask;
    }

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
