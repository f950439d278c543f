using System.Globalization;
using DriverHost.Client;

namespace DriverHost.Tests.Logs;

/// <summary>The engine rotates the log while it is read.</summary>
public class RotationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_ThatTheEngineRepeats_AreShownOnce()
    {
        await using var engine = new SlippingEngine { Files = [1, 2], FilesAfterwards = [1, 2, 3, 4, 5, 6] };
        engine.Followed.Enqueue([1, 2, 3, 4, 5, 3, 4, 5, 6]);
        engine.Followed.Enqueue([1, 2, 3, 4, 5, 6, 7]);

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], await ReadAsync(engine, "7"));
    }

    [Fact]
    public async Task Lines_ThatWereRotatedAway_AreAGap()
    {
        await using var engine = new SlippingEngine { Files = [1, 2], FilesAfterwards = [5, 6] };
        engine.Followed.Enqueue([1, 2, 3, 1]);
        engine.Followed.Enqueue([5, 6, 7]);

        Assert.Equal(["1", "2", "3", "rotated away before it was read", "5", "6", "7"], await ReadAsync(engine, "7"));
    }

    [Fact]
    public async Task Lines_OfAnEngineThatLostItsPlace_ComeFromItsFiles()
    {
        await using var engine = new SlippingEngine { Files = [1, 2], FilesAfterwards = [1, 2, 3, 4, 5, 6] };
        engine.Followed.Enqueue([1, 2, 3]);
        engine.Followed.Enqueue([6, 7]);

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], await ReadAsync(engine, "7"));
    }

    [Fact]
    public async Task NothingOfThePast_BeginsWithTheNextLine()
    {
        await using var engine = new SlippingEngine { Files = [1, 2], FilesAfterwards = [1, 2, 3] };
        engine.Followed.Enqueue([1, 2, 3]);

        Assert.Equal(["3"], await ReadAsync(engine, "3", tail: 0));
    }

    [Fact, Trait("needs", "docker")]
    public async Task AContainer_ThatWritesFasterThanTheEngineReads_LosesNothingUnseen()
    {
        const int Count = 400_000;
        await using var container = await LogContainer.RunAsync($"{LogContainer.UntilTold}seq {Count}", "--log-opt", "max-size=10m", "--log-opt", "max-file=3");
        await using var door = await LogDoor.OpenAsync();

        var reading = LastAsync();
        // Before that, the engine may rotate lines away that nobody was to see.
        await TestKit.Patience.UntilAsync(() => door.Followers.Viewers(container.Id) == 1);
        await container.GoOnAsync();

        Assert.Equal(Count, await reading);

        async Task<int> LastAsync()
        {
            var (last, lost) = (0, false);
            await foreach (var record in door.Client.LogsAsync(container.Id, new LogQuery { Follow = true }, Cancelled).InTimeAsync(TimeSpan.FromMinutes(3)))
            {
                lost |= record.Gap is not null;
                if (record.Text is { } text)
                {
                    var number = int.Parse(text, CultureInfo.InvariantCulture);
                    Assert.True(number == last + 1 || (number > last && lost), $"{number} came after {last}, {(lost ? "with" : "without")} a gap between them.");
                    (last, lost) = (number, false);
                }
            }

            return last;
        }
    }

    /// <summary>What a viewer sees up to a line: texts of lines, reasons of gaps.</summary>
    private static async Task<List<string>> ReadAsync(SlippingEngine engine, string end, int? tail = null)
    {
        await engine.StartAsync();
        await using var door = await LogDoor.OpenAsync(engine.Socket);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        var seen = new List<string>();
        await foreach (var record in door.Client.LogsAsync("rotating", new LogQuery { Follow = true, Tail = tail }, limit.Token))
        {
            if ((record.Text ?? record.Gap?.Reason) is { } words)
            {
                seen.Add(words);
                if (words == end)
                {
                    break;
                }
            }
        }

        return seen;
    }
}
