using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DriverHost.Terminal;

/// <summary>
/// Ends what runs in a terminal. The engine does not: an exec's process lives on when its stream is closed. Found are, in /proc, the processes that carry
/// the terminal's mark in their environment, as children inherit it, and all that share a session with one of them (proc(5)).
/// </summary>
internal static class TerminalProcesses
{
    /// <summary>The name of the mark; its value is the driver host's id and the terminal's, with a dot between.</summary>
    public const string Mark = "OPENSTACK_TERMINAL";

    private const int MostRounds = 50;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(20);

    /// <summary>Only root may look at and end the processes of others.</summary>
    public static bool MayEnd => Environment.IsPrivilegedProcess;

    /// <param name="mark">The mark's value or the beginning of it.</param>
    /// <param name="leader">The terminal's first process, when it is known.</param>
    /// <returns>How many were killed; and whether none is left.</returns>
    public static async Task<(int Killed, bool AllGone)> EndAsync(string mark, int? leader, TimeProvider time)
    {
        var killed = new HashSet<int>();
        // Again and again, for a process may have forked meanwhile, and dying takes a moment.
        for (var round = 0; round < MostRounds; round++)
        {
            var found = Find(mark, leader);
            if (found.Count == 0)
            {
                return (killed.Count, true);
            }

            foreach (var id in found)
            {
                killed.Add(id);
                Kill(id);
            }

            await Task.Delay(Round, time);
        }

        return (killed.Count, false);
    }

    private static List<int> Find(string mark, int? leader)
    {
        var beginning = Encoding.UTF8.GetBytes($"{Mark}={mark}");
        var here = NamespaceOf("self");
        var all = new List<(int Id, int Session)>();
        var sessions = new HashSet<int>();
        if (leader is { } known)
        {
            sessions.Add(known);
        }

        var marked = new HashSet<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            // Nothing outside of containers is ever meant, whatever its environment says.
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || SessionOf(folder) is not { } session || NamespaceOf(Path.GetFileName(folder)) is not { } there || there == here)
            {
                continue;
            }

            all.Add((id, session));
            if (Carries(folder, beginning))
            {
                marked.Add(id);
                sessions.Add(session);
            }
        }

        return [.. all.Where(p => marked.Contains(p.Id) || sessions.Contains(p.Session)).Select(p => p.Id)];
    }

    private static bool Carries(string folder, byte[] beginning)
    {
        try
        {
            ReadOnlySpan<byte> environment = File.ReadAllBytes($"{folder}/environ");
            ReadOnlySpan<byte> later = [0, .. beginning];
            return environment.StartsWith(beginning) || environment.IndexOf(later) >= 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <returns>Null for one that is gone or dead already.</returns>
    private static int? SessionOf(string folder)
    {
        try
        {
            // pid (name) state ppid pgrp session …: the name may hold blanks and brackets.
            var stat = File.ReadAllText($"{folder}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : int.Parse(fields[3], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? NamespaceOf(string process)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process}/ns/pid", returnFinalTarget: false)?.Name;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself, or the next round tells that it is still there.
        }
    }
}
