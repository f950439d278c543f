using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DriverHost.Client;

/// <summary>The typed client of the driver host's API v1. One client, one connection pool; the token is asked for at each call.</summary>
public sealed class DriverHostClient(HttpClient http, Func<CancellationToken, ValueTask<string>> token)
{
    /// <summary>An HttpClient for a driver host's address.</summary>
    /// <param name="url"><c>unix:///path/driver-host.sock</c> for the socket, else http or https.</param>
    /// <param name="tls">For https: whose certificate is believed, and which one is shown.</param>
    public static HttpClient CreateHttp(Uri url, SslClientAuthenticationOptions? tls = null)
    {
        var handler = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1), ConnectTimeout = TimeSpan.FromSeconds(10), SslOptions = tls ?? new() };
        if (url.Scheme != "unix")
        {
            return new HttpClient(handler) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        }

        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(url.LocalPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://driver-host"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Makes the instance and waits until its process runs. Calling it again with the same spec joins or repeats nothing.</summary>
    public Task<HostInstance> SpawnAsync(string id, InstanceSpec spec, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"v1/instances/{id}", DriverHostJson.Default.HostInstance, cancellationToken, JsonContent.Create(spec, DriverHostJson.Default.InstanceSpec));

    /// <summary>Removes the instance with all it has here. What is not there is deleted already.</summary>
    /// <param name="keepLinks">The links of its ports stay, for the instance of that id that is spawned next.</param>
    public Task DeleteAsync(string id, CancellationToken cancellationToken, bool keepLinks = false) =>
        SendAsync<object>(HttpMethod.Delete, keepLinks ? $"v1/instances/{id}?keepLinks=true" : $"v1/instances/{id}", null, cancellationToken);

    /// <summary>Makes the port's link on the host; an instance that has a container is connected to it at once.</summary>
    public Task<PluggedPort> PlugAsync(string id, PortSpec port, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"v1/instances/{id}/ports/{port.Id}", DriverHostJson.Default.PluggedPort, cancellationToken, JsonContent.Create(port, DriverHostJson.Default.PortSpec));

    /// <summary>Takes the port from the instance and its link from the host. What is not there is unplugged already.</summary>
    public Task UnplugAsync(string id, string portId, CancellationToken cancellationToken) =>
        SendAsync<object>(HttpMethod.Delete, $"v1/instances/{id}/ports/{portId}", null, cancellationToken);

    public Task<HostInstance> GetAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/instances/{id}", DriverHostJson.Default.HostInstance, cancellationToken);

    public Task<HostInstance[]> ListAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/instances", DriverHostJson.Default.HostInstanceArray, cancellationToken);

    public Task<HostInstance> StartAsync(string id, CancellationToken cancellationToken) => ActAsync(id, "start", cancellationToken);

    /// <param name="grace">How long the process may take to end by itself before it is killed; the driver host's default when null.</param>
    public Task<HostInstance> StopAsync(string id, TimeSpan? grace, CancellationToken cancellationToken) =>
        ActAsync(id, grace is { } g ? string.Create(CultureInfo.InvariantCulture, $"stop?grace={g.TotalSeconds:0}") : "stop", cancellationToken);

    /// <param name="hard">Kill at once instead of waiting for the process to end.</param>
    public Task<HostInstance> RebootAsync(string id, bool hard, CancellationToken cancellationToken) =>
        ActAsync(id, hard ? "reboot?hard=true" : "reboot", cancellationToken);

    public Task<HostInstance> PauseAsync(string id, CancellationToken cancellationToken) => ActAsync(id, "pause", cancellationToken);

    public Task<HostInstance> UnpauseAsync(string id, CancellationToken cancellationToken) => ActAsync(id, "unpause", cancellationToken);

    /// <summary>Commits, saves and uploads into the given Glance image; returns when the image is active.</summary>
    public Task<HostInstance> SnapshotAsync(string id, SnapshotRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/instances/{id}/snapshot", DriverHostJson.Default.HostInstance, cancellationToken, JsonContent.Create(request, DriverHostJson.Default.SnapshotRequest));

    public Task<HostRecord> GetHostAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/host", DriverHostJson.Default.HostRecord, cancellationToken);

    /// <summary>Reads an image's archive and says what is in it. The caller must be able to see the image in Glance.</summary>
    public Task<ImageEvidence> InspectImageAsync(string imageId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/images/{imageId}/evidence", DriverHostJson.Default.ImageEvidence, cancellationToken);

    /// <summary>Has an image fetched, checked and loaded before somebody boots it. For operators; returns when it is there.</summary>
    public Task<CachedImage> CacheImageAsync(string imageId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/images/{imageId}/cache", DriverHostJson.Default.CachedImage, cancellationToken);

    /// <summary>Follows what happens to the caller's instances; see <see cref="HostEvent"/>. Ends only by cancellation or a lost connection (an exception).</summary>
    public async IAsyncEnumerable<HostEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(HttpMethod.Get, "v1/events", "application/x-ndjson", cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable(body, DriverHostJson.Default.HostEvent, topLevelValues: true, cancellationToken))
        {
            yield return item!;
        }
    }

    /// <summary>Reads or follows an instance's log as records.</summary>
    public async IAsyncEnumerable<LogRecord> LogsAsync(string id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenLogsAsync(id, query, "application/x-ndjson", cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable(body, DriverHostJson.Default.LogRecord, topLevelValues: true, cancellationToken))
        {
            yield return item!;
        }
    }

    /// <summary>Opens an instance's log as the raw answer, for a relay that copies bytes.</summary>
    /// <param name="mediaType"><c>application/x-ndjson</c> or <c>text/plain</c>.</param>
    public Task<HttpResponseMessage> OpenLogsAsync(string id, LogQuery query, string mediaType, CancellationToken cancellationToken)
    {
        var path = Path(
            $"v1/instances/{id}/logs",
            ("follow", query.Follow ? "true" : null),
            ("tail", query.Tail?.ToString(CultureInfo.InvariantCulture)),
            ("since", query.Since?.ToString("O", CultureInfo.InvariantCulture)),
            ("until", query.Until?.ToString("O", CultureInfo.InvariantCulture)),
            ("cursor", query.Cursor),
            ("stream", query.Stream),
            ("timestamps", query.Timestamps ? "true" : null));
        return OpenAsync(HttpMethod.Get, path, mediaType, cancellationToken);
    }

    /// <summary>What an instance uses, each second. Ends with its delete, by cancellation or a lost connection (an exception).</summary>
    public async IAsyncEnumerable<StatsRecord> StatsAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenStatsAsync(id, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable(body, DriverHostJson.Default.StatsRecord, topLevelValues: true, cancellationToken))
        {
            yield return item!;
        }
    }

    /// <summary>Who did what to an instance, newest first; also of an instance that was deleted.</summary>
    /// <param name="limit">1 to 1000 entries; 100 when null.</param>
    /// <param name="marker">The id of the last entry of the page before; null for the first page.</param>
    public Task<AuditRecord[]> ListAuditAsync(string id, int? limit, long? marker, CancellationToken cancellationToken)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"{(limit is null ? "" : $"&limit={limit}")}{(marker is null ? "" : $"&marker={marker}")}");
        return SendAsync(HttpMethod.Get, $"v1/instances/{id}/audit?{query}", DriverHostJson.Default.AuditRecordArray, cancellationToken);
    }

    /// <summary>The same as the raw answer (<c>application/x-ndjson</c>), for a relay that copies bytes.</summary>
    public Task<HttpResponseMessage> OpenStatsAsync(string id, CancellationToken cancellationToken) =>
        OpenAsync(HttpMethod.Get, $"v1/instances/{id}/stats", "application/x-ndjson", cancellationToken);

    /// <summary>What an instance used before, up to a day back.</summary>
    public Task<StatsHistory> GetStatsHistoryAsync(string id, StatsQuery query, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, HistoryPath(id, query), DriverHostJson.Default.StatsHistory, cancellationToken);

    /// <summary>The same as the raw answer, for a relay that copies bytes.</summary>
    public Task<HttpResponseMessage> OpenStatsHistoryAsync(string id, StatsQuery query, CancellationToken cancellationToken) =>
        OpenAsync(HttpMethod.Get, HistoryPath(id, query), "application/json", cancellationToken);

    /// <summary>What runs in an instance now.</summary>
    public Task<ProcessList> GetProcessesAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/instances/{id}/processes", DriverHostJson.Default.ProcessList, cancellationToken);

    /// <summary>How an instance's files differ from its image's; also of one that is stopped.</summary>
    public Task<ChangeList> GetChangesAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/instances/{id}/changes", DriverHostJson.Default.ChangeList, cancellationToken);

    /// <summary>What is at a path inside an instance.</summary>
    public Task<FileStat> GetFileStatAsync(string id, string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, Path($"v1/instances/{id}/files/stat", ("path", path)), DriverHostJson.Default.FileStat, cancellationToken);

    /// <summary>What is in a folder inside an instance; also of one that is stopped.</summary>
    public Task<FileList> ListFilesAsync(string id, string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, Path($"v1/instances/{id}/files/list", ("path", path)), DriverHostJson.Default.FileList, cancellationToken);

    /// <summary>Opens a file (its bytes) or a folder (an uncompressed tar) of an instance as the raw answer.</summary>
    public Task<HttpResponseMessage> OpenFileAsync(string id, string path, CancellationToken cancellationToken) =>
        OpenAsync(HttpMethod.Get, Path($"v1/instances/{id}/files", ("path", path)), "*/*", cancellationToken);

    /// <summary>Writes one file into an instance that is stopped or paused; everybody may read it.</summary>
    /// <param name="path">The file's own, inside the instance; its folder must be there.</param>
    /// <param name="owner">Whom it shall belong to, as <c>uid:gid</c> in numbers; null for whom the instance's process runs as.</param>
    /// <param name="content">Its bytes, with their length.</param>
    public Task<FileWritten> WriteFileAsync(string id, string path, string? owner, HttpContent content, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, Path($"v1/instances/{id}/files", ("path", path), ("owner", owner)), DriverHostJson.Default.FileWritten, cancellationToken, content);

    private static string HistoryPath(string id, StatsQuery query) => Path(
        $"v1/instances/{id}/stats/history",
        ("since", query.Since?.ToString("O", CultureInfo.InvariantCulture)),
        ("until", query.Until?.ToString("O", CultureInfo.InvariantCulture)),
        ("seconds", query.Seconds?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Opens a window of an instance's log, or a search through it, as the raw answer (<c>application/x-ndjson</c> of <see cref="LogRecord"/>).</summary>
    /// <param name="part"><c>window</c> or <c>search</c>.</param>
    /// <param name="query">The query as a browser sent it, with its question mark.</param>
    public Task<HttpResponseMessage> OpenLogHistoryAsync(string id, string part, string query, CancellationToken cancellationToken) =>
        OpenAsync(HttpMethod.Get, $"v1/instances/{id}/logs/{part}{query}", "application/x-ndjson", cancellationToken);

    /// <summary>One line of an instance's log; null when it is not kept any more.</summary>
    public async Task<LogRecord?> FindLineAsync(string id, string cursor, CancellationToken cancellationToken)
    {
        using var response = await OpenLogHistoryAsync(id, "window", $"?cursor={Uri.EscapeDataString(cursor)}&after=1", cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable(body, DriverHostJson.Default.LogRecord, topLevelValues: true, cancellationToken))
        {
            if (item!.Cursor == cursor)
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>What is kept of the caller's deleted instances, newest first.</summary>
    public Task<FlightRecord[]> RecordsAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "v1/records", DriverHostJson.Default.FlightRecordArray, cancellationToken);

    /// <summary>What is kept of one instance, with the engine's record of its container.</summary>
    public Task<FlightRecord> RecordAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/records/{id}", DriverHostJson.Default.FlightRecord, cancellationToken);

    /// <summary>The alert rules of an instance, oldest first.</summary>
    public Task<AlertRule[]> ListAlertsAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/instances/{id}/alerts", DriverHostJson.Default.AlertRuleArray, cancellationToken);

    /// <summary>Makes a rule; it judges what comes from now on. Needs the role <c>member</c> on the instance's project.</summary>
    /// <returns>The rule with its secret, which is told this once.</returns>
    public Task<AlertRule> CreateAlertAsync(string id, AlertRuleSpec spec, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/instances/{id}/alerts", DriverHostJson.Default.AlertRule, cancellationToken, JsonContent.Create(spec, DriverHostJson.Default.AlertRuleSpec));

    /// <summary>Deletes a rule. Its notices stay; what was not sent yet is not sent any more.</summary>
    public Task DeleteAlertAsync(string id, string rule, CancellationToken cancellationToken) =>
        SendAsync<object>(HttpMethod.Delete, $"v1/instances/{id}/alerts/{Uri.EscapeDataString(rule)}", null, cancellationToken);

    /// <summary>What a rule would have done with all that is kept. Its name and webhook do not matter.</summary>
    public Task<AlertPreview> PreviewAlertAsync(string id, AlertRuleSpec spec, CancellationToken cancellationToken)
    {
        var path = Path(
            $"v1/instances/{id}/alerts/preview",
            ("q", spec.Text.Length > 0 ? spec.Text : null),
            ("regex", spec.Regex ? "true" : null),
            ("case", spec.MatchCase ? "true" : null),
            ("stream", spec.Stream),
            ("level", spec.Level),
            ("events", spec.Events.Count > 0 ? string.Join(',', spec.Events) : null),
            ("cooldown", spec.CooldownSeconds.ToString(CultureInfo.InvariantCulture)));
        return SendAsync(HttpMethod.Get, path, DriverHostJson.Default.AlertPreview, cancellationToken);
    }

    /// <summary>The notices of an instance's rules, newest first.</summary>
    /// <param name="limit">1 to 1000; 100 when null.</param>
    public Task<AlertFiring[]> ListFiringsAsync(string id, int? limit, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, Path($"v1/instances/{id}/alerts/firings", ("limit", limit?.ToString(CultureInfo.InvariantCulture))), DriverHostJson.Default.AlertFiringArray, cancellationToken);

    /// <summary>The caller's own open terminals of an instance. Needs the role <c>terminal</c> on its project, or admin.</summary>
    public Task<TerminalRecord[]> ListTerminalsAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/instances/{id}/terminals", DriverHostJson.Default.TerminalRecordArray, cancellationToken);

    /// <summary>Opens a terminal. It waits a minute for <see cref="AttachTerminalAsync"/>, also after each viewer that leaves.</summary>
    public Task<TerminalRecord> OpenTerminalAsync(string id, TerminalRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/instances/{id}/terminals", DriverHostJson.Default.TerminalRecord, cancellationToken, JsonContent.Create(request, DriverHostJson.Default.TerminalRequest));

    /// <summary>Ends a terminal with all that runs in it.</summary>
    public Task CloseTerminalAsync(string id, string terminalId, CancellationToken cancellationToken) =>
        SendAsync<object>(HttpMethod.Delete, $"v1/instances/{id}/terminals/{terminalId}", null, cancellationToken);

    /// <summary>What is kept of an instance's terminals, and whether those opened now are recorded.</summary>
    public Task<RecordingList> ListRecordingsAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"v1/instances/{id}/recordings", DriverHostJson.Default.RecordingList, cancellationToken);

    /// <summary>Opens a recording (asciicast v2) as the raw answer. That somebody did stands in the audit.</summary>
    public Task<HttpResponseMessage> OpenRecordingAsync(string id, string recording, CancellationToken cancellationToken) =>
        OpenAsync(HttpMethod.Get, $"v1/instances/{id}/recordings/{Uri.EscapeDataString(recording)}", "*/*", cancellationToken);

    /// <summary>Looks at a terminal: binary frames are its bytes, text frames are a <see cref="TerminalFrame"/>.</summary>
    /// <param name="offset">How many of its bytes the viewer has already; 0 for an empty screen.</param>
    /// <exception cref="DriverHostException">With the status alone: a refused WebSocket has no words.</exception>
    public async Task<WebSocket> AttachTerminalAsync(string id, string terminalId, long offset, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
            socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
            socket.Options.SetRequestHeader("X-Auth-Token", await token(cancellationToken));
            var path = string.Create(CultureInfo.InvariantCulture, $"v1/instances/{Uri.EscapeDataString(id)}/terminals/{Uri.EscapeDataString(terminalId)}?offset={offset}");
            var address = new UriBuilder(new Uri(http.BaseAddress!, path));
            address.Scheme = address.Scheme == "https" ? "wss" : "ws";
            await socket.ConnectAsync(address.Uri, http, cancellationToken);
            return socket;
        }
        catch (WebSocketException refused)
        {
            using (socket)
            {
                throw socket.HttpStatusCode is 0
                    ? new DriverHostException(null, "unreachable", "The driver host does not answer.", refused)
                    : new DriverHostException(socket.HttpStatusCode, "terminal_refused", $"The driver host refused the terminal with {(int)socket.HttpStatusCode}.", refused);
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Hangs a terminal on the client's token of now, in place of the one that it was attached with. Nothing else may be sent meanwhile.</summary>
    public async Task RenewTerminalAsync(WebSocket terminal, CancellationToken cancellationToken) =>
        await terminal.SendAsync(new TerminalFrame { Token = await token(cancellationToken) }.ToBytes().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <summary>Whether somebody is there.</summary>
    public Task IsLiveAsync(CancellationToken cancellationToken) => SendAsync<object>(HttpMethod.Get, "healthz/live", null, cancellationToken);

    /// <summary>Begins an enrolment: the host's request for a certificate.</summary>
    public Task<EnrolmentAnswer> EnrolAsync(EnrolmentRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/enrolment", DriverHostJson.Default.EnrolmentAnswer, cancellationToken, JsonContent.Create(request, DriverHostJson.Default.EnrolmentRequest));

    /// <summary>Ends it: from now on the host lets nobody else in.</summary>
    public Task FinishEnrolmentAsync(HostCertificate certificate, CancellationToken cancellationToken) =>
        SendAsync<object>(HttpMethod.Post, "v1/enrolment/certificate", null, cancellationToken, JsonContent.Create(certificate, DriverHostJson.Default.HostCertificate));

    /// <summary>An enrolled host's request for its next certificate.</summary>
    public Task<CertificateRequestAnswer> RequestCertificateAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/certificate/request", DriverHostJson.Default.CertificateRequestAnswer, cancellationToken);

    public Task InstallCertificateAsync(HostCertificate certificate, CancellationToken cancellationToken) =>
        SendAsync<object>(HttpMethod.Post, "v1/certificate", null, cancellationToken, JsonContent.Create(certificate, DriverHostJson.Default.HostCertificate));

    private Task<HostInstance> ActAsync(string id, string action, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"v1/instances/{id}/{action}", DriverHostJson.Default.HostInstance, cancellationToken);

    private static string Path(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (value is not null)
            {
                path += $"{separator}{name}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        }

        return path;
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, JsonTypeInfo<T>? type, CancellationToken cancellationToken, HttpContent? content = null)
    {
        using var response = await OpenAsync(method, path, "application/json", cancellationToken, content);
        return type is null ? default! : (await response.Content.ReadFromJsonAsync(type, cancellationToken))!;
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, string accept, CancellationToken cancellationToken, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("X-Auth-Token", await token(cancellationToken));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException unreachable)
        {
            throw new DriverHostException(null, "unreachable", "The driver host does not answer.", unreachable);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ReadProblemAsync(response, cancellationToken);
        }
    }

    private static async Task<DriverHostException> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        try
        {
            var problem = await response.Content.ReadFromJsonAsync(DriverHostJson.Default.DriverHostProblem, cancellationToken);
            return new DriverHostException(status, problem!.Code, problem.Detail ?? problem.Title);
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException or NullReferenceException)
        {
            return new DriverHostException(status, status == HttpStatusCode.Unauthorized ? "unauthorized" : "unexpected", $"The driver host answered {(int)status}.", unreadable);
        }
    }
}
