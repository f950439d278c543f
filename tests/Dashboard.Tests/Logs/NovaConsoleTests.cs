using System.IO.Pipelines;
using System.Net;
using System.Text;
using Dashboard.Logs;
using Dashboard.Tests.Instances;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Logs;

public sealed class NovaConsoleTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestCompute _nova = new();
    private readonly Pipe _pipe = new();

    [Fact]
    public async Task Stream_MoreIsSaid_WritesTheNewLinesOnly()
    {
        _nova.Consoles.Enqueue(() => "one\ntwo\nthree\nhal");
        var streaming = StreamAsync("one\ntwo\n", () => false);
        Assert.Equal(["console", "one", "two"], await ReadAsync(3));

        Next();

        Assert.Equal(["three"], await ReadAsync(1));
        Assert.False(streaming.IsCompleted);
    }

    [Fact]
    public async Task Stream_TheLogItselfIsThereAgain_Ends()
    {
        var streaming = StreamAsync("one\n", () => true);
        await ReadAsync(2);

        Next();

        await streaming.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stream_NovaRefusesLater_SaysWhyAndEnds()
    {
        _nova.Consoles.Enqueue(() => throw TestCompute.Refusal(HttpStatusCode.Conflict, "The instance is not ready."));
        var streaming = StreamAsync("one\n", () => false);
        await ReadAsync(2);

        Next();

        Assert.Equal(["The instance is not ready."], await ReadAsync(1));
        await streaming.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private Task StreamAsync(string first, Func<bool> better) => new NovaConsole(_time).StreamAsync(
        _nova, "1", NovaConsole.Words, first.Split('\n')[..^1], _ => Task.FromResult(better()), _pipe.Writer, TestContext.Current.CancellationToken);

    // The timer is made before the first line is written.
    private void Next() => _time.Advance(NovaConsole.Period);

    /// <summary>So many records, pings aside: their texts, the words of an error, or the type of another mark.</summary>
    private async Task<string[]> ReadAsync(int count)
    {
        var found = new List<string>();
        while (found.Count < count)
        {
            var read = await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
            foreach (var line in Encoding.UTF8.GetString(read.Buffer).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var json = System.Text.Json.JsonDocument.Parse(line);
                if (json.RootElement.TryGetProperty("text", out var text))
                {
                    found.Add(text.GetString()!);
                }
                else if (json.RootElement.TryGetProperty("event", out var mark))
                {
                    found.Add(mark.GetProperty(mark.GetProperty("type").GetString() == "error" ? "words" : "type").GetString()!);
                }
            }

            _pipe.Reader.AdvanceTo(read.Buffer.End);
        }

        return [.. found];
    }
}
