using System.Globalization;
using Dashboard.Components;
using DriverHost.Client;

namespace Dashboard.Instances;

/// <summary>Says for people what is kept of a deleted instance.</summary>
internal static class GoneWords
{
    public static string End(FlightRecord record) =>
        record.RanUntilDeleted ? "ran until it was deleted"
        : record.Exit is { } exit ? exit.Words
        : record.Fault is not null ? "never started"
        : "end not known";

    public static string Log(FlightRecord record) => record.Log.Lines switch
    {
        0 => "no line",
        1 => "1 line",
        var lines => string.Create(CultureInfo.InvariantCulture, $"{lines:#,0} lines"),
    };

    public static StateKind Kind(FlightRecord record) =>
        record.Exit is { OutOfMemory: true } || record.Fault is not null ? StateKind.Error
        : record is { RanUntilDeleted: false, Exit.Code: not 0 } ? StateKind.Failed
        : StateKind.Unknown;
}
