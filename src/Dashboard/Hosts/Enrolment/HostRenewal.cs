using DriverHost.Client;

namespace Dashboard.Hosts.Enrolment;

/// <summary>Gives each host its next certificate a month before the present one ends; tries again every hour.</summary>
internal sealed partial class HostRenewal(EnrolledHosts hosts, HostEnrolment enrolment, TimeProvider time, ILogger<HostRenewal> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await hosts.ListAsync(cancellationToken))
        {
            if (row.EndsAt - time.GetUtcNow().UtcDateTime > HostAuthority.Renewal)
            {
                continue;
            }

            try
            {
                await enrolment.RenewAsync(row, cancellationToken);
            }
            catch (Exception failed) when (failed is DriverHostException or HostEnrolmentException)
            {
                NotRenewed(logger, row.Name, row.EndsAt, failed.Message);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, failed);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "{Host} did not get its next certificate, and the present one ends at {EndsAt:u}: {Why}")]
    private static partial void NotRenewed(ILogger logger, string host, DateTime endsAt, string why);

    [LoggerMessage(2, LogLevel.Error, "The hosts' certificates could not be looked at")]
    private static partial void Failed(ILogger logger, Exception failed);
}
