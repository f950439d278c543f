using System.Net.Sockets;
using System.Text.Json;
using DriverHost.Client;

namespace Dashboard.Hosting;

internal sealed record CheckResult(bool Good, string Words);

/// <summary>Tries what the product needs at start: the data folder, the addresses, the engine, whom it talks to. Changes nothing.</summary>
internal static class MachineCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var roles = ProductSettings.Roles(configuration);
        var results = new List<CheckResult> { DataFolder(configuration["Data:Path"]!) };
        foreach (var (role, key) in new[] { ("dashboard", "Dashboard:Url"), ("cloud", "Cloud:Url") }.Where(x => roles.Contains(x.Item1)).Append(("telemetry", "Telemetry:Url")).Concat(roles.Contains("driver-host") ? [("driver-host", "DriverHost:ListenUrl")] : []).Where(x => !string.IsNullOrEmpty(configuration[x.Item2])))
        {
            results.Add(Address(key, new Uri(configuration[key]!)));
        }

        if (roles.Contains("driver-host"))
        {
            results.Add(await EngineAsync(new Uri(configuration["Docker:Endpoint"]!), cancellationToken));
            // The embedded cloud writes it at its first start.
            if (!roles.Contains("cloud"))
            {
                results.Add(PasswordFile(DriverHost.DriverHostOptions.From(configuration).PasswordFile));
            }
        }
        else if (!string.IsNullOrEmpty(configuration["DriverHost:Url"]))
        {
            results.Add(await AnswersAsync("DriverHost:Url", configuration["DriverHost:Url"]!, "/healthz/live", cancellationToken));
        }

        if (!roles.Contains("cloud"))
        {
            results.Add(await AnswersAsync("Keystone:AuthUrl", configuration["Keystone:AuthUrl"]!, "", cancellationToken));
        }

        return results;
    }

    /// <summary>Whether the folder, or the nearest one above that is there, can be written by this user, and whether it is free.</summary>
    public static CheckResult DataFolder(string data)
    {
        var folder = data;
        while (!Directory.Exists(folder) && !File.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
        {
            folder = above;
        }

        try
        {
            using (new FileStream(Path.Combine(folder, $".probe-{Environment.ProcessId}"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose }))
            {
            }
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            return new(false, $"The data folder {data} can't be written: {denied.Message} Choose another with --Data:Path.");
        }

        return folder == data && DataFolderClaim.IsTaken(data) ? new(false, InUse(data)) : new(true, $"The data folder {data} can be written.");
    }

    private static CheckResult PasswordFile(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim().Length > 0 ? new(true, $"The password of the driver host's user is in {file}.") : new(false, $"DriverHost:PasswordFile {file} is empty. Write the password of the driver host's Keystone user into it.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new(false, $"DriverHost:PasswordFile {file} can't be read: {unreadable.Message} Write the password of the driver host's Keystone user into it.");
        }
    }

    public static string InUse(string data) => $"Another copy of the product uses the data folder {data}. Stop it, or choose another with --Data:Path.";

    private static CheckResult Address(string key, Uri url)
    {
        try
        {
            using var listener = new TcpListener(System.Net.IPAddress.TryParse(url.Host, out var address) ? address : System.Net.IPAddress.Loopback, url.Port);
            listener.Start();
            return new(true, $"{key} {url} is free.");
        }
        catch (SocketException taken)
        {
            return new(false, $"{key} {url} can't be used: {taken.Message}. Another program, perhaps another copy of this one, has it. Choose another with --{key}.");
        }
    }

    private static async Task<CheckResult> EngineAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            using var http = DriverHostClient.CreateHttp(endpoint);
            using var answer = await http.GetAsync("/version", cancellationToken).WaitAsync(Patience, cancellationToken);
            using var version = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken));
            return new(true, $"The Docker engine at {endpoint.LocalPath} answers: version {version.RootElement.GetProperty("Version")}, API {version.RootElement.GetProperty("ApiVersion")}.");
        }
        catch (HttpRequestException closed) when (closed.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            return new(false, $"The Docker engine's socket {endpoint.LocalPath} is not open to {Environment.UserName}. Add the user to the group docker, then sign in again.");
        }
        catch (Exception silent) when (silent is HttpRequestException or TimeoutException or JsonException or KeyNotFoundException)
        {
            return new(false, $"No Docker engine answers at {endpoint.LocalPath}: {silent.Message} ./run.sh starts one; or set --Docker:Endpoint.");
        }
    }

    private static async Task<CheckResult> AnswersAsync(string key, string address, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var http = DriverHostClient.CreateHttp(new Uri(address));
            using var answer = await http.GetAsync(path.Length == 0 ? new Uri(address) : new Uri(http.BaseAddress!, path), cancellationToken).WaitAsync(Patience, cancellationToken);
            return (int)answer.StatusCode < 500 ? new(true, $"{key} {address} answers.") : new(false, $"{key} {address} answers {(int)answer.StatusCode}. Look at its own log.");
        }
        catch (Exception silent) when (silent is HttpRequestException or TimeoutException)
        {
            return new(false, $"{key} {address} does not answer: {silent.Message} Start it, or choose another with --{key}.");
        }
    }
}
