using Microsoft.Extensions.Hosting;

namespace DriverHost.Enrolment;

/// <summary>A host with an outer door that no dashboard knows yet makes its code before the door opens.</summary>
internal sealed class EnrolmentOpening(DriverHostOptions options, HostKeys keys, EnrolmentCode code) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.ListenUrl is not null && keys.Authority is null)
        {
            code.Make();
        }
        else
        {
            // One that a kill left.
            code.UseUp();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
