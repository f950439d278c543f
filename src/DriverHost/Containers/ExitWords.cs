using System.Globalization;
using DriverHost.Client;
using DriverHost.Docker;

namespace DriverHost.Containers;

/// <summary>Says for people how a process ended.</summary>
internal static class ExitWords
{
    public static InstanceExit? Of(ContainerFacts facts, int memoryMb)
    {
        if (facts.Runs || facts.StartedAt is not { } started || facts.FinishedAt is not { } finished)
        {
            return null;
        }

        // The engine keeps the flag when only a child was killed and the process itself ended well later.
        var outOfMemory = facts.OutOfMemory && facts.ExitCode != 0;
        return new InstanceExit(facts.ExitCode, outOfMemory, finished, Words(facts.ExitCode, outOfMemory, memoryMb, finished - started));
    }

    public static string Words(int code, bool outOfMemory, int memoryMb, TimeSpan ran)
    {
        var after = $"after {Duration(ran)}";
        if (outOfMemory)
        {
            return string.Create(CultureInfo.InvariantCulture, $"killed: out of memory at {memoryMb} MiB {after}");
        }

        return code switch
        {
            0 => $"ended well (code 0) {after}",
            126 => $"code 126 {after}: the command is not executable",
            127 => $"code 127 {after}: the command was not found, or it is no program that this host can run",
            137 => $"killed (code 137) {after}",
            143 => $"terminated (code 143) {after}",
            > 128 and < 193 => string.Create(CultureInfo.InvariantCulture, $"ended by signal {code - 128} (code {code}) {after}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"code {code} {after}"),
        };
    }

    public static string Duration(TimeSpan time)
    {
        var t = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        return t.TotalSeconds < 1 ? "less than a second"
            : t.TotalMinutes < 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalSeconds} s")
            : t.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{t.Minutes} min {t.Seconds:00} s")
            : t.TotalDays < 1 ? string.Create(CultureInfo.InvariantCulture, $"{t.Hours} h {t.Minutes:00} min")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalDays} d {t.Hours} h");
    }
}
