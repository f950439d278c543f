using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace DriverHost.Alerts;

/// <summary>Looks up a host's addresses.</summary>
internal delegate Task<IPAddress[]> AlertResolver(string host, CancellationToken cancellationToken);

/// <param name="Final">Another try would be the same.</param>
/// <param name="Words">What came of it.</param>
internal sealed record AlertAnswer(bool Delivered, bool Final, string Words);

/// <summary>
/// Posts to a webhook. The host's addresses are looked up here and judged as the connection is made, and the connection goes to the very address that was judged:
/// a name that answers differently the next time gains nothing. No proxy, no redirects, no cookies; of the answer only the status is read.
/// </summary>
internal sealed class AlertWebhook : IDisposable
{
    public const string SignatureHeader = "X-Dashboard-Signature";
    public const string DeliveryHeader = "X-Dashboard-Delivery";

    private readonly AlertAddresses _addresses;
    private readonly AlertResolver _resolve;
    private readonly AlertPatience _patience;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public AlertWebhook(AlertAddresses addresses, AlertResolver resolve, AlertPatience patience, TimeProvider time)
    {
        (_addresses, _resolve, _patience, _time) = (addresses, resolve, patience, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            // Each notice has a connection, and so a judgement, of its own.
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <param name="delivery">The same for each try of one notice.</param>
    public async Task<AlertAnswer> PostAsync(Uri webhook, string secret, string delivery, byte[] body, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_patience.OneTry, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Dashboard-Alerts", "1"));
        request.Headers.Add(SignatureHeader, Sign(secret, body));
        request.Headers.Add(DeliveryHeader, delivery);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending.Token);
            var status = (int)answer.StatusCode;
            return status switch
            {
                >= 200 and < 300 => new AlertAnswer(true, true, $"The webhook took it ({status})."),
                >= 300 and < 400 => new AlertAnswer(false, true, $"The webhook answered {status}: it wants to send the notice elsewhere, and redirects are not followed. Give the rule the final address."),
                _ => new AlertAnswer(false, false, $"The webhook answered {status}."),
            };
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new AlertAnswer(false, false, $"The webhook did not answer within {_patience.OneTry.TotalSeconds:0} s.");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return Explain(webhook, failed);
        }
    }

    public static string Sign(string secret, byte[] body) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}";

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken);
        var judged = found.Select(address => (Address: address, What: _addresses.WhyNot(address))).ToArray();
        var failure = judged.FirstOrDefault(j => j.What is not null).What is { } what ? new AddressRefusedException(AlertAddresses.Words(host, what)) : (Exception)new SocketException((int)SocketError.HostNotFound);
        foreach (var (address, _) in judged.Where(j => j.What is null))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException unreachable)
            {
                socket.Dispose();
                failure = unreachable;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failure;
    }

    private static AlertAnswer Explain(Uri webhook, Exception failed)
    {
        for (var cause = failed; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AddressRefusedException refused:
                    return new AlertAnswer(false, true, refused.Message);
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return new AlertAnswer(false, false, $"The name {webhook.Host} is not known.");
                case SocketException unreachable:
                    return new AlertAnswer(false, false, $"{webhook.Host} cannot be reached: {unreachable.SocketErrorCode}.");
                case AuthenticationException:
                    return new AlertAnswer(false, false, $"{webhook.Host} could not prove who it is: its TLS certificate is not valid here.");
            }
        }

        return new AlertAnswer(false, false, $"{webhook.Host} broke the connection off, or answered with something that is no HTTP.");
    }

    private sealed class AddressRefusedException(string message) : IOException(message);
}
