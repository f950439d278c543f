using System.Globalization;
using System.Net;
using DriverHost.Client;
using DriverHost.Logs;

namespace DriverHost.Tests.Logs;

/// <summary>The whole path from real containers.</summary>
[Trait("needs", "docker")]
public class LiveLogTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NumberedLines_ThroughAHundredReconnects_ComeExactlyOnce()
    {
        const int Count = 20_000;
        await using var container = await LogContainer.RunAsync($"for i in $(seq 100); do seq $(($i*200-199)) $(($i*200)); sleep 0.02; done");
        await using var door = await LogDoor.OpenAsync();
        var random = new Random(7);
        var numbers = new List<int>();
        string? cursor = null;

        for (var connection = 0; !numbers.Contains(Count); connection++)
        {
            var leaveAfter = connection < 100 ? random.Next(1, 190) : int.MaxValue;
            await foreach (var record in door.Client.LogsAsync(container.Id, new LogQuery { Follow = true, Cursor = cursor }, Cancelled).InTimeAsync())
            {
                Assert.Null(record.Gap);
                if (record.Text is { } text)
                {
                    numbers.Add(int.Parse(text, CultureInfo.InvariantCulture));
                    cursor = record.Cursor;
                    if (--leaveAfter == 0)
                    {
                        break;
                    }
                }
            }
        }

        Assert.Equal(Enumerable.Range(1, Count), numbers);
    }

    [Fact]
    public async Task Follow_OfAContainerThatEnds_EndsWithItsCode()
    {
        await using var container = await LogContainer.RunAsync("echo one; sleep 0.2; echo two >&2; sleep 1; printf three; exit 3");
        await using var door = await LogDoor.OpenAsync();

        var records = await ReadAsync(door, container, new LogQuery { Follow = true });

        Assert.Equal([("out", "one"), ("err", "two"), ("out", "three")], records.Where(r => r.Text is not null).OrderBy(r => r.Time).Select(r => (r.Stream!, r.Text!)));
        Assert.Equal("exit", Assert.Single(records, r => r.Event is not null).Event!.Type);
        Assert.Equal(3, records[^1].End!.ExitCode);
    }

    [Fact]
    public async Task Follow_OfAContainerThatHasEnded_ReadsItsLogOnceAndNeedsNoFollower()
    {
        await using var container = await LogContainer.RunAsync("echo one; exit 3");
        await using var door = await LogDoor.OpenAsync();
        await container.EndedAsync();

        var records = await ReadAsync(door, container, new LogQuery { Follow = true });

        Assert.Equal(["one"], records.Where(r => r.Text is not null).Select(r => r.Text));
        Assert.Equal("exit", Assert.Single(records, r => r.Event is not null).Event!.Type);
        Assert.Equal(("exited", 3), (records[^1].End!.Reason, records[^1].End!.ExitCode));
        Assert.Equal(0, door.Followers.Count);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    public async Task Follow_OfAContainerThatGoesBeforeItsLogIsRead_EndsAsDeleted(int refusal)
    {
        await using var engine = await GoneContainer.StartAsync(refusal);
        await using var door = await LogDoor.OpenAsync(engine.Socket);

        var records = new List<LogRecord>();
        await foreach (var record in door.Client.LogsAsync("gone", new LogQuery { Follow = true }, Cancelled).InTimeAsync())
        {
            records.Add(record);
        }

        Assert.Equal("deleted", Assert.Single(records).End?.Reason);
    }

    [Fact]
    public async Task Viewers_OfOneContainer_ShareOneFollowerAndSeeTheSame()
    {
        await using var container = await LogContainer.RunAsync($"{LogContainer.UntilTold}for i in $(seq 50); do echo $i; sleep 0.05; done");
        await using var door = await LogDoor.OpenAsync();

        var followers = 0;
        var reading = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var texts = new List<string>();
            await foreach (var record in door.Client.LogsAsync(container.Id, new LogQuery { Follow = true }, Cancelled).InTimeAsync())
            {
                followers = Math.Max(followers, door.Followers.Count);
                if (record.Text is { } text)
                {
                    texts.Add(text);
                }
            }

            return texts;
        }));
        await TestKit.Patience.UntilAsync(() => door.Followers.Viewers(container.Id) == 8);
        await container.GoOnAsync();

        Assert.All(await reading, texts => Assert.Equal(Enumerable.Range(1, 50).Select(i => i.ToString(CultureInfo.InvariantCulture)), texts));
        Assert.Equal(1, followers);
    }

    [Fact]
    public async Task Text_WithTail_IsWhatDockerLogsPrints()
    {
        await using var container = await LogContainer.RunAsync("seq 1000");
        await using var door = await LogDoor.OpenAsync();
        await TestKit.Engine.DockerAsync("wait", container.Id);

        using var answer = await door.Client.OpenLogsAsync(container.Id, new LogQuery { Tail = 3 }, "text/plain", Cancelled);

        Assert.Equal("998\n999\n1000\n", await answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-t")]
    public async Task LongLine_ThatIsBeingWrittenWhenSomebodyComes_ComesWhole(string option)
    {
        await using var container = await LogContainer.RunAsync("trap 'echo; exit 0' USR1; head -c 40000 /dev/zero | busybox tr '\\0' x; while true; do sleep 0.1; done", [.. option.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        await using var door = await LogDoor.OpenAsync();
        // Two pieces of it are in the engine's file by now; the third is not.
        await TestKit.Patience.UntilAsync(async () => (await TestKit.Engine.DockerAsync("logs", container.Id)).Length == 2 * LogReader.PieceLength);

        var reading = ReadAsync(door, container, new LogQuery { Follow = true });
        await TestKit.Patience.UntilAsync(() => door.Followers.Count == 1);
        await TestKit.Engine.DockerAsync("kill", "-s", "USR1", container.Id);

        Assert.Equal([new string('x', 40_000)], (await reading).Where(r => r.Text is not null).Select(r => r.Text!));
    }

    [Fact]
    public async Task LongLines_AndATerminal_ComeWhole()
    {
        const string Script = "head -c 50000 /dev/zero | tr '\\0' x; echo; echo end";
        await using var plain = await LogContainer.RunAsync(Script.Replace("tr", "busybox tr", StringComparison.Ordinal));
        await using var terminal = await LogContainer.RunAsync(Script.Replace("tr", "busybox tr", StringComparison.Ordinal), "-t");
        await using var door = await LogDoor.OpenAsync();

        foreach (var container in new[] { plain, terminal })
        {
            var records = await ReadAsync(door, container, new LogQuery { Follow = true });

            Assert.Equal([new string('x', 50000), "end"], records.Where(r => r.Text is not null).Select(r => r.Text!));
        }
    }

    [Fact]
    public async Task Stream_Err_HasErrorsOnly()
    {
        await using var container = await LogContainer.RunAsync("echo one; echo two >&2; sleep 0.5; echo three; echo four >&2");
        await using var door = await LogDoor.OpenAsync();

        var records = await ReadAsync(door, container, new LogQuery { Follow = true, Stream = "err" });

        Assert.Equal(["two", "four"], records.Where(r => r.Text is not null).Select(r => r.Text!));
    }

    [Fact]
    public async Task Unknown_Container_Is404_AndADeadEngine503()
    {
        await using var door = await LogDoor.OpenAsync();
        await using var dead = await LogDoor.OpenAsync("/nowhere.sock");

        var gone = await Assert.ThrowsAsync<DriverHostException>(() => door.Client.OpenLogsAsync("0123456789ab", new LogQuery(), "text/plain", Cancelled));
        var unreachable = await Assert.ThrowsAsync<DriverHostException>(() => dead.Client.OpenLogsAsync("0123456789ab", new LogQuery(), "text/plain", Cancelled));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.ServiceUnavailable), (gone.StatusCode!.Value, unreachable.StatusCode!.Value));
    }

    private static async Task<List<LogRecord>> ReadAsync(LogDoor door, LogContainer container, LogQuery query)
    {
        var records = new List<LogRecord>();
        await foreach (var record in door.Client.LogsAsync(container.Id, query, Cancelled).InTimeAsync())
        {
            records.Add(record);
        }

        return records;
    }
}
