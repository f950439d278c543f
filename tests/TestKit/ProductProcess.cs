using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>The real product in a process of its own, on free ports, with a data folder of its own.</summary>
public sealed class ProductProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<int, byte> Given = new();
    private readonly string[] _arguments;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    public ProductProcess(string dataPath, params string[] arguments)
    {
        DataPath = dataPath;
        DashboardUrl = new Uri($"http://127.0.0.1:{FreePort()}/");
        CloudUrl = new Uri($"http://127.0.0.1:{FreePort()}/");
        _arguments = arguments;
    }

    public string DataPath { get; }
    public Uri DashboardUrl { get; }
    public Uri CloudUrl { get; }
    public int ProcessId => _process!.Id;
    public string AdminPassword => Secret("admin.password");
    public string DemoPassword => Secret("demo.password");

    /// <summary>Everything the product wrote so far, both streams.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts it in a new data folder and waits until it says that it is ready.</summary>
    public static async Task<ProductProcess> StartNewAsync(params string[] arguments)
    {
        var product = new ProductProcess(Directory.CreateTempSubdirectory("dash-").FullName, arguments);
        await product.StartAsync();
        return product;
    }

    public async Task StartAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A shell has what it starts in the background ignore Ctrl-C, and so would the product if the tests were started so.
        var start = new ProcessStartInfo("env") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] own = ["--default-signal=INT", "dotnet", Repository.ProductDll, "--Data:Path", DataPath, "--Dashboard:Url", DashboardUrl.ToString().TrimEnd('/'), "--Cloud:Url", CloudUrl.ToString().TrimEnd('/')];
        foreach (var argument in own.Concat(_arguments))
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"The product ended before it was ready:\n{Output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(StartLimit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The product was not ready after {StartLimit.TotalSeconds:0} s:\n{Output}");
        }

        void Take(string? line)
        {
            if (line is null)
            {
                return;
            }

            _output.Enqueue(line);
            if (line.StartsWith("Ready.", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        }
    }

    /// <summary>SIGKILL: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGINT, as Ctrl-C sends it; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-INT", ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        await Engine.RemoveContainersAsync(DataPath);
        Directory.Delete(DataPath, recursive: true);
    }

    /// <summary>A port that nobody listens at, and that no other caller was given. Below those that the kernel gives to connections: one of them may take any of these in the meantime.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            if (Given.TryAdd(port, default) && IsFree(port))
            {
                return port;
            }
        }

        static bool IsFree(int port)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return true;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                return false;
            }
        }
    }

    private string Secret(string name) => File.ReadAllText(Path.Combine(DataPath, "secrets", name)).Trim();
}
