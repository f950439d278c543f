using Docker.DotNet;
using Docker.DotNet.Models;
using DriverHost.Client;
using DriverHost.Containers;
using DriverHost.Docker;
using DriverHost.Http;

namespace DriverHost.Terminal;

/// <summary>One process that the engine runs in a container at a terminal of its own (Docker API, exec).</summary>
internal sealed class TerminalExec : IDisposable
{
    // Where shells are, the better one first. A distroless image has none of them.
    private static readonly string[][] Shells =
        [["/bin/bash"], ["/usr/bin/bash"], ["/usr/local/bin/bash"], ["/bin/ash"], ["/bin/sh"], ["/usr/bin/sh"], ["/busybox/sh"], ["/bin/busybox", "sh"], ["/usr/bin/busybox", "sh"]];
    private const int MostTries = 20;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);
    private readonly DockerClient _client;
    private readonly MultiplexedStream _stream;
    private readonly string _id;

    private TerminalExec(DockerClient client, string id, MultiplexedStream stream)
    {
        _client = client;
        _id = id;
        _stream = stream;
    }

    /// <summary>The command as it was asked for, or a shell that the container has.</summary>
    /// <exception cref="DriverFailure">422 <c>no_shell</c> or <c>command_not_found</c>.</exception>
    public static async Task<IReadOnlyList<string>> FindCommandAsync(DockerClient client, string container, TerminalRequest request, CancellationToken cancellationToken)
    {
        if (request.Command is { Count: > 0 } asked)
        {
            await CommandCheck.RequireProgramAsync(client, container, asked[0], request.WorkingDir, cancellationToken);
            return asked;
        }

        foreach (var shell in Shells)
        {
            if (await CommandCheck.ExistsAsync(client, container, shell[0], cancellationToken))
            {
                return shell;
            }
        }

        throw new DriverFailure(422, "no_shell", "The image has no shell: neither bash nor sh nor busybox. Name a program that it has as the command.");
    }

    /// <param name="mark">Goes into the process's environment, so that it is found again.</param>
    public static async Task<TerminalExec> StartAsync(
        DockerClient client, string container, IReadOnlyList<string> command, TerminalRequest request, string mark, TimeProvider time, CancellationToken cancellationToken)
    {
        var created = await client.Exec.CreateContainerExecAsync(
            container,
            new ContainerExecCreateParameters
            {
                AttachStdin = true,
                AttachStdout = true,
                AttachStderr = true,
                TTY = true,
                Privileged = false,
                Cmd = [.. command],
                User = request.User ?? "",
                WorkingDir = request.WorkingDir ?? "",
                Env = ["TERM=xterm-256color", $"{TerminalProcesses.Mark}={mark}"],
            },
            cancellationToken);
        var stream = await client.Exec.StartContainerExecAsync(created.ID, new ContainerExecStartParameters { TTY = true }, cancellationToken);
        var exec = new TerminalExec(client, created.ID, stream);
        await exec.SetFirstSizeAsync(request, time, cancellationToken);
        return exec;
    }

    /// <returns>0 when the process has ended.</returns>
    public async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        var read = await _stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken);
        return read.EOF ? 0 : read.Count;
    }

    public Task WriteAsync(byte[] bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, 0, bytes.Length, cancellationToken);

    /// <summary>A process that has just ended has no size any more: that is no failure.</summary>
    public async Task ResizeAsync(int cols, int rows, CancellationToken cancellationToken)
    {
        try
        {
            await _client.Exec.ResizeExecTtyAsync(_id, new ContainerResizeParameters { Width = cols, Height = rows }, cancellationToken);
        }
        catch (Exception ended) when (EngineFailure.TryRead(ended) is not null)
        {
            // The stream's end says the rest.
        }
    }

    /// <summary>The first process on this host, once it runs; null when it does not.</summary>
    public async Task<int?> LeaderAsync(CancellationToken cancellationToken) => await InspectAsync(cancellationToken) is { Running: true, Pid: > 0 } running ? (int)running.Pid : null;

    /// <summary>The exit code, for which the engine needs a moment after the stream's end; null when it cannot say.</summary>
    public async Task<int?> ExitCodeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var exec = await InspectAsync(cancellationToken);
            if (exec is not { Running: true })
            {
                return (int?)exec?.ExitCode;
            }

            await Task.Delay(Wait, time, cancellationToken);
        }

        return null;
    }

    public void Dispose() => _stream.Dispose();

    // The engine answers before the process runs, and sizes only what runs.
    private async Task SetFirstSizeAsync(TerminalRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            switch (await InspectAsync(cancellationToken))
            {
                case { Running: true, Pid: > 0 }:
                    await ResizeAsync(request.Cols, request.Rows, cancellationToken);
                    return;
                case null or { Running: false, ExitCode: not null }:
                    // One that could not start: the engine would wait ten seconds for it.
                    return;
            }

            await Task.Delay(Wait, time, cancellationToken);
        }
    }

    private async Task<ContainerExecInspectResponse?> InspectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _client.Exec.InspectContainerExecAsync(_id, cancellationToken);
        }
        catch (Exception gone) when (EngineFailure.TryRead(gone) is not null)
        {
            // With its container.
            return null;
        }
    }
}
