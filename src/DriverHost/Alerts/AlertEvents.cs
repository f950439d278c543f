using DriverHost.History;
using DriverHost.Logs;

namespace DriverHost.Alerts;

/// <summary>Which marks a rule on events waits for.</summary>
internal static class AlertEvents
{
    public static readonly IReadOnlyList<string> All = ["start", "stop", "exit", "oom", "pause", "unpause", "snapshot", "health"];

    /// <summary>What each mark is for a rule: null where no rule waits for it.</summary>
    /// <param name="marks">All that are kept, as they were recorded.</param>
    /// <param name="ending">The last run is being ended on request, or was: the mark that says so may come after that of its end.</param>
    public static IReadOnlyList<string?> Of(IReadOnlyList<RecordedMark> marks, bool ending = false)
    {
        var kinds = new string?[marks.Count];
        var asked = ending;
        // Backwards: within one run the stop may stand behind the end that it caused.
        for (var i = marks.Count - 1; i >= 0; i--)
        {
            var happened = marks[i].Event;
            asked |= happened.Type == "stop" || (happened.Type == "exit" && HasStopBefore(marks, i));
            kinds[i] = happened.Type switch
            {
                // An end that somebody asked for is no failure, whatever its code.
                "exit" => asked || happened.Words == ContainerState.EndedWell ? null : "exit",
                "health" => happened.Words == "unhealthy" ? "health" : null,
                var type => All.Contains(type) ? type : null,
            };
            asked &= happened.Type != "start";
        }

        return kinds;
    }

    private static bool HasStopBefore(IReadOnlyList<RecordedMark> marks, int end)
    {
        for (var i = end - 1; i >= 0 && marks[i].Event.Type != "start"; i--)
        {
            if (marks[i].Event.Type == "stop")
            {
                return true;
            }
        }

        return false;
    }
}
