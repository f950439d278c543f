using Microsoft.Extensions.Hosting;

namespace DriverHost.Host;

/// <summary>Removes a socket file that a crash left, before the server binds, and lets owner and group in, nobody else, once it has.</summary>
internal sealed class SocketFile(DriverHostOptions options) : IHostedLifecycleService
{
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private string? Path => options.Url.Scheme == "unix" ? options.Url.LocalPath : null;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (Path is { } path)
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (Path is { } path)
        {
            File.SetUnixFileMode(path, OwnerAndGroup);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
