using System.Globalization;
using System.Text.RegularExpressions;
using TestKit;

namespace EndToEnd.Browser;

/// <summary>
/// A network of the browser's own, in which nothing changes. Chromium drops every connection when an address comes or goes on its machine, and the engine's networks do so
/// all the time: pages failed with ERR_NETWORK_CHANGED at random. In here it sees one interface; what it asks of 127.0.0.1 goes to the machine's own 127.0.0.1.
/// </summary>
internal sealed partial class QuietNetwork : IAsyncDisposable
{
    private readonly Names _names = new(Environment.ProcessId);
    private string? _folder;

    /// <summary>A program that runs Chromium in this network.</summary>
    public string Chromium => Path.Combine(_folder!, "chromium");

    /// <summary>Where 127.0.0.1 is, seen from in here.</summary>
    public string Rule => $"--host-resolver-rules=MAP 127.0.0.1 {_names.Outside}";

    public static async Task<QuietNetwork> OpenAsync(string chromium)
    {
        await RemoveLeftoversAsync();
        var network = new QuietNetwork();
        try
        {
            await network.MakeAsync(chromium);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(_names);
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task MakeAsync(string chromium)
    {
        await DoAsync("ip", "netns", "add", _names.Namespace);
        await DoAsync("ip", "link", "add", _names.Link, "type", "veth", "peer", "name", "host", "netns", _names.Namespace);
        await DoAsync("ip", "addr", "add", $"{_names.Outside}/30", "dev", _names.Link);
        await DoAsync("ip", "link", "set", _names.Link, "up");
        await DoAsync("ip", "-n", _names.Namespace, "addr", "add", $"{_names.Inside}/30", "dev", "host");
        await DoAsync("ip", "-n", _names.Namespace, "link", "set", "host", "up");
        await DoAsync("ip", "-n", _names.Namespace, "link", "set", "lo", "up");
        await File.WriteAllTextAsync($"/proc/sys/net/ipv4/conf/{_names.Link}/route_localnet", "1");
        await DoAsync("iptables", ["-w", "-t", "nat", "-A", .. _names.Forwarding]);

        _folder = Directory.CreateTempSubdirectory("e2e-browser-").FullName;
        await File.WriteAllTextAsync(Chromium, $"#!/bin/sh\nexec ip netns exec {_names.Namespace} {chromium} \"$@\"\n");
        File.SetUnixFileMode(Chromium, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // A run that was killed leaves its network: the next run takes it away.
    private static async Task RemoveLeftoversAsync()
    {
        foreach (Match found in OwnNames().Matches((await Command.RunAsync("ip", "netns", "list")).Succeeded()))
        {
            var process = int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture);
            if (!Directory.Exists($"/proc/{process}"))
            {
                await RemoveAsync(new Names(process));
            }
        }
    }

    // What is not there needs no removing.
    private static async Task RemoveAsync(Names names)
    {
        await Command.RunAsync("iptables", ["-w", "-t", "nat", "-D", .. names.Forwarding]);
        await Command.RunAsync("ip", "link", "delete", names.Link);
        await Command.RunAsync("ip", "netns", "delete", names.Namespace);
    }

    private static async Task DoAsync(string program, params string[] arguments) => (await Command.RunAsync(program, arguments)).Succeeded();

    [GeneratedRegex(@"^dashboard-e2e-(\d+)", RegexOptions.Multiline)]
    private static partial Regex OwnNames();

    private sealed record Names(int Process)
    {
        public string Namespace => $"dashboard-e2e-{Process}";

        public string Link => $"e2e{Process}";

        public string Outside => Address(1);

        public string Inside => Address(2);

        public string[] Forwarding => ["PREROUTING", "-i", Link, "-d", Outside, "-p", "tcp", "-j", "DNAT", "--to-destination", "127.0.0.1"];

        // Two runs at a time have different networks: each process takes four of 65,536 addresses by its number.
        private string Address(int host) => $"10.213.{Process % 16_384 / 64}.{(Process % 64 * 4) + host}";
    }
}
