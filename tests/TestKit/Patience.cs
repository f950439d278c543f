namespace TestKit;

/// <summary>Waiting for what nobody announces: looks again and again, a minute at most.</summary>
public static class Patience
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var looking = new PeriodicTimer(LookEvery);
        while (!await holds())
        {
            await looking.WaitForNextTickAsync(limit.Token);
        }
    }

    public static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));
}
