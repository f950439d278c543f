using System.Globalization;
using System.Text;
using System.Text.Json;
using DriverHost.Alerts;
using DriverHost.Client;
using DriverHost.Logs;
using DriverHost.Telemetry;

namespace DriverHost.Tests.Alerts;

/// <summary>Judging as a viewer of a ring.</summary>
public sealed class AlertLinesTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly string _instance = TestSpecs.NewId();
    private readonly string _rule = TestSpecs.NewId();
    private readonly SemaphoreSlim _turns = new(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private AlertLedger Ledger => fixture.Host.Get<AlertLedger>();

    public async ValueTask DisposeAsync()
    {
        _turns.Dispose();
        await Ledger.RemoveAsync(_instance, _rule, CancellationToken.None);
    }

    [Fact]
    public async Task Judging_ThatIsTooSlow_IsMovedForward_AndTheRuleSaysSo()
    {
        await AddRuleAsync();
        using var ring = new LogRing(chunkLimit: 2, waits: false);
        for (var i = 0; i < 20_000; i++)
        {
            ring.Take(Line(i, "nothing of note, but long enough to fill a chunk"));
        }

        ring.Complete(new LogEnd("exited", 0));
        var lost = ring.Oldest()!.Value.Place;

        await JudgeAsync(ring);

        var (rule, _) = Assert.Single(await Ledger.RulesAsync(_instance, Cancelled));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{lost:N0} lines were not judged: they came faster than they could be judged."), rule.Gap);
        Assert.NotNull(rule.GapAt);
        Assert.Equal(Line(19_999, "").Cursor.ToString(), (await Ledger.PositionAsync(_instance, Cancelled))!.Cursor);
    }

    [Fact]
    public async Task Judging_ThatIsBrokenOffAtAnyLine_RepeatsNothingAndLosesNothing()
    {
        await AddRuleAsync();
        const int Count = 40;
        for (var end = 1; end <= Count; end++)
        {
            // Each round reads all from its start, as the engine would, and goes on after what was written.
            using var ring = new LogRing(chunkLimit: 8, waits: true);
            LogCursor? from = LogCursor.TryParse((await Ledger.PositionAsync(_instance, Cancelled))!.Cursor, out var at) ? at : null;
            for (var i = 0; i < end; i++)
            {
                if (Line(i, "").Cursor.Stamp > (from?.Stamp ?? 0))
                {
                    ring.Take(Line(i, i % 3 == 0 ? "error" : "fine"));
                }
            }

            ring.Complete(null);
            await JudgeAsync(ring);
        }

        // A line each second, a match each third, a cooldown of ten seconds.
        var firings = (await Ledger.FiringsAsync(_instance, 100, Cancelled)).Reverse().ToArray();
        Assert.Equal([0, 12, 24, 36], firings.Select(f => (int)(f.At - DateTimeOffset.UnixEpoch).TotalSeconds - 1));
        Assert.Equal([3, 3, 3, 1], firings.Select(f => (int)f.Held));
    }

    private Task<bool> AddRuleAsync() => Ledger.AddAsync(
        new AlertRuleRow
        {
            Id = _rule,
            InstanceId = _instance,
            ProjectId = TestSpecs.NewProject(),
            Spec = JsonSerializer.Serialize(new AlertRuleSpec { Name = "errors", Text = "error", CooldownSeconds = 10 }, DriverHostJson.Default.AlertRuleSpec),
            OfEvents = false,
            CreatedAt = DateTimeOffset.UnixEpoch,
            CreatedBy = "dana",
        },
        begin: null,
        Cancelled);

    private async Task JudgeAsync(LogRing ring)
    {
        var rules = (await Ledger.RulesAsync(_instance, Cancelled)).Select(r => new JudgingRule(r.Rule, r.Last)).ToArray();
        LogCursor? from = LogCursor.TryParse((await Ledger.PositionAsync(_instance, Cancelled))!.Cursor, out var at) ? at : null;
        var lines = new AlertLines(_instance, rules, from, Ledger, _turns, () => { }, fixture.Host.Get<DriverHostMetrics>(), TimeProvider.System);
        long? place = 0;
        while (place is { } next)
        {
            place = await lines.SendAsync(ring, next, null, Cancelled);
        }
    }

    private static LogLine Line(int second, string text) => new(new LogCursor((second + 1) * 1_000_000_000L, 0), LogKind.Out, cut: false, Encoding.UTF8.GetBytes(text));
}
