using Microsoft.Extensions.Logging;

namespace DriverHost.Containers;

/// <summary>The way back of multi-step work: each step pushes its undo; success clears; otherwise all run, last first.</summary>
internal sealed class Undo(ILogger logger)
{
    private readonly Stack<(string What, Func<CancellationToken, Task> Step)> _steps = new();

    public void Push(string what, Func<CancellationToken, Task> step) => _steps.Push((what, step));

    public void Clear() => _steps.Clear();

    /// <summary>Runs every step even if one fails; the failures are logged, and the next start of the driver host cleans up after them.</summary>
    /// <returns>What could not be undone.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var left = new List<string>();
        while (_steps.TryPop(out var undo))
        {
            try
            {
                // Undoing is never cancelled: half an undo is worse than a late one.
                await undo.Step(CancellationToken.None);
            }
            catch (Exception failed)
            {
                left.Add(undo.What);
                ContainersLog.UndoFailed(logger, failed, undo.What);
            }
        }

        return left;
    }
}
