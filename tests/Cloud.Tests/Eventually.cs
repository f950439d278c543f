namespace Cloud.Tests;

/// <summary>For what the cloud does after it has answered: asks again and again, up to one limit for all tests.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<Task<bool>> question)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await question())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
            {
                throw new TimeoutException($"It did not come true within {Limit.TotalSeconds:0} s.");
            }

            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
