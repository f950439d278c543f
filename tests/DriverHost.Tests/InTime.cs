namespace DriverHost.Tests;

internal static class InTime
{
    /// <summary>A stream that a test reads until it has seen what it waits for: what never comes is a failure, not a run that hangs.</summary>
    public static async IAsyncEnumerable<T> InTimeAsync<T>(this IAsyncEnumerable<T> stream, TimeSpan? limit = null)
    {
        var longest = limit ?? RunningDriverHost.Patience;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(longest);
        await using var items = stream.GetAsyncEnumerator(patience.Token);
        while (await NextAsync())
        {
            yield return items.Current;
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await items.MoveNextAsync();
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The stream was still read after {longest.TotalSeconds:0} s.");
            }
        }
    }
}
