using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DriverHost.Tests.Faults;

/// <summary>Stands between a driver host and the real engine, passes everything on, and fails the call that a test chose.</summary>
internal sealed partial class EngineProxy : IAsyncDisposable
{
    private const string RealEngine = "/var/run/docker.sock";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];
    private readonly HttpClient _engine = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(RealEngine), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://docker"), Timeout = Timeout.InfiniteTimeSpan };

    private WebApplication? _app;
    private CancellationTokenSource _open = new();
    private (string Call, EngineFault Kind)? _plan;
    private bool _gone;

    public string Socket { get; } = Path.Combine(Path.GetTempPath(), $"engine-{Guid.NewGuid():n}.sock");

    /// <summary>True once the planned fault has met its call.</summary>
    public bool Struck { get; private set; }

    /// <summary>Called with each call before it is passed on.</summary>
    public Func<string, Task>? Before { get; set; }

    public static async Task<EngineProxy> StartAsync()
    {
        var proxy = new EngineProxy();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://unix:{proxy.Socket}");
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        proxy._app = builder.Build();
        proxy._app.Run(proxy.PassAsync);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>The calls so far, each as method and path without version and ids; forgotten by this.</summary>
    public string[] TakeSeen()
    {
        lock (_lock)
        {
            string[] seen = [.. _seen];
            _seen.Clear();
            return seen;
        }
    }

    /// <summary>The next call of this kind fails so.</summary>
    public void Plan(string call, EngineFault kind)
    {
        lock (_lock)
        {
            (_plan, Struck) = ((call, kind), false);
        }
    }

    /// <summary>From now on nothing is answered, and every open stream ends.</summary>
    public void Cut()
    {
        CancellationTokenSource ended;
        lock (_lock)
        {
            ended = CutAll();
        }

        ended.Cancel();
    }

    /// <summary>The engine is well again; calls that it owed an answer are cut, as by its new start.</summary>
    public void Heal()
    {
        CancellationTokenSource open;
        lock (_lock)
        {
            _plan = null;
            _gone = false;
            open = _open;
            _open = new CancellationTokenSource();
        }

        open.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Heal();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _engine.Dispose();
        _open.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var call = $"{context.Request.Method} {NameOf(context.Request.Path)}";
        var (fault, open) = Take(call);
        await (Before?.Invoke(call) ?? Task.CompletedTask);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, open);
        try
        {
            switch (fault)
            {
                case EngineFault.Refuses:
                    context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                    await context.Response.WriteAsJsonAsync(new { message = "the test said so" }, either.Token);
                    return;
                case EngineFault.CutBefore or EngineFault.Gone:
                    context.Abort();
                    return;
                case EngineFault.CutAfter:
                    using (await SendAsync(context, either.Token))
                    {
                        context.Abort();
                    }

                    return;
                case EngineFault.Silent:
                    await Task.Delay(Timeout.Infinite, either.Token);
                    return;
                default:
                    await ForwardAsync(context, either.Token);
                    return;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
    }

    private (EngineFault? Fault, CancellationToken Open) Take(string call)
    {
        CancellationTokenSource? ended = null;
        try
        {
            lock (_lock)
            {
                _seen.Add(call);
                if (_gone)
                {
                    return (EngineFault.Gone, _open.Token);
                }

                if (_plan is not { } plan || plan.Call != call)
                {
                    return (null, _open.Token);
                }

                _plan = null;
                Struck = true;
                if (plan.Kind == EngineFault.Gone)
                {
                    ended = CutAll();
                }

                return (plan.Kind, _open.Token);
            }
        }
        finally
        {
            ended?.Cancel();
        }
    }

    /// <summary>Under the lock.</summary>
    /// <returns>To be cancelled outside of it.</returns>
    private CancellationTokenSource CutAll()
    {
        var ended = _open;
        _gone = true;
        _open = new CancellationTokenSource();
        return ended;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.GetEncodedPathAndQuery());
        if (context.Request.ContentLength is not null || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType ?? "application/json");
            request.Content.Headers.ContentLength = context.Request.ContentLength;
        }

        return await _engine.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task ForwardAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(context, cancellationToken);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key is not ("Transfer-Encoding" or "Connection")))
        {
            context.Response.Headers[header.Key] = header.Value.ToArray();
        }

        await context.Response.StartAsync(cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        for (var read = await body.ReadAsync(buffer, cancellationToken); read > 0; read = await body.ReadAsync(buffer, cancellationToken))
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }

    private static string NameOf(PathString path)
    {
        var plain = Version().Replace(path.Value!, "");
        var parts = plain.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["images", "create" or "json" or "load" or "get", ..] => plain,
            ["images", .., "json"] => "/images/{name}/json",
            ["images", .., "get"] => "/images/{name}/get",
            ["images", ..] => "/images/{name}",
            ["containers", "create" or "json"] => plain,
            ["containers", _, .. var rest] => $"/containers/{{id}}/{string.Join('/', rest)}".TrimEnd('/'),
            ["networks", "create"] => plain,
            ["networks", _] => "/networks/{id}",
            _ => plain,
        };
    }

    [GeneratedRegex(@"^/v\d+\.\d+")]
    private static partial Regex Version();
}
