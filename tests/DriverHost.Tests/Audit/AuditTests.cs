using System.Net;
using DriverHost.Audit;
using DriverHost.Client;
using DriverHost.Store;
using DriverHost.Tests.Containers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DriverHost.Tests.Audit;

/// <summary>Who did what, and who may read of it.</summary>
[Trait("needs", "docker")]
public sealed class AuditTests(DriverHostFixture fixture) : IAsyncDisposable
{
    private readonly Instances _instances = new(fixture.Host);
    private readonly string _project = TestSpecs.NewProject();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private AuditBook Book => fixture.Host.Get<AuditBook>();

    private DriverHostClient Reader => field ??= fixture.Host.As(_project, "reader");

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    [Fact]
    public async Task Log_Followed_IsInTheBookOnceForEachStream()
    {
        var instance = await _instances.SpawnAsync(TestSpecs.Of(fixture.Busybox.Id, _project, "echo one"));
        await fixture.Host.WaitAsync(instance.Id, i => i.State == InstanceState.Exited);
        var token = fixture.Cloud.Keystone.Issue(_project, ["member"]);

        await ReadAsync(token, instance.Id, new LogQuery { Follow = true });
        await ReadAsync(token, instance.Id, new LogQuery { Follow = true });
        await ReadAsync(token, instance.Id, new LogQuery());
        await Assert.ThrowsAsync<DriverHostException>(() => ReadAsync(token, instance.Id, new LogQuery { Follow = true, Cursor = "nonsense" }));
        await Book.WriteThroughAsync(Entry(instance.Id, "the last"), Cancelled);

        var entries = await Reader.ListAuditAsync(instance.Id, null, null, Cancelled);
        Assert.Equal(["test.last", AuditKind.LogOpen, AuditKind.LogOpen], entries.Select(e => e.Kind));
        var bearer = fixture.Cloud.Keystone.Find(token)!;
        Assert.Equal((bearer.UserId, bearer.UserId, _project, AuditOutcome.Done), (entries[1].UserId, entries[1].UserName, entries[1].ProjectId, entries[1].Outcome));
    }

    [Fact]
    public async Task List_OfADeletedInstance_IsReadByItsProjectAndNobodyElse()
    {
        var id = TestSpecs.NewId();
        await Book.WriteThroughAsync(Entry(id, "one"), Cancelled);

        var own = await Reader.ListAuditAsync(id, null, null, Cancelled);
        var admins = await fixture.Host.As("elsewhere", "admin").ListAuditAsync(id, null, null, Cancelled);
        var strangers = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(TestSpecs.NewProject(), "member").ListAuditAsync(id, null, null, Cancelled));
        var unscoped = await Assert.ThrowsAsync<DriverHostException>(() => fixture.Host.As(null, "reader").ListAuditAsync(id, null, null, Cancelled));

        Assert.Equal(["one"], own.Select(e => e.Detail));
        Assert.Equal(["one"], admins.Select(e => e.Detail));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (strangers.StatusCode, unscoped.StatusCode));
    }

    [Fact]
    public async Task List_InPages_HasEveryEntryOnceNewestFirst()
    {
        var id = TestSpecs.NewId();
        for (var i = 1; i <= 5; i++)
        {
            await Book.WriteAsync(Entry(id, $"{i}"));
        }

        await Book.WriteThroughAsync(Entry(id, "6"), Cancelled);
        var first = await Reader.ListAuditAsync(id, 4, null, Cancelled);
        var second = await Reader.ListAuditAsync(id, 4, first[^1].Id, Cancelled);
        var third = await Reader.ListAuditAsync(id, 4, second[^1].Id, Cancelled);

        Assert.Equal(["6", "5", "4", "3", "2", "1"], first.Concat(second).Select(e => e.Detail));
        Assert.Empty(third);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_WithALimitThatIsNone_IsRefused(int limit)
    {
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => Reader.ListAuditAsync(TestSpecs.NewId(), limit, null, Cancelled));

        Assert.Equal((HttpStatusCode.BadRequest, "limit is 1 to 1000 entries."), (refused.StatusCode, refused.Message));
    }

    [Fact]
    public void Detail_FromOutside_IsPlainAndBounded()
    {
        var row = Entry("i", "one\r\ntwo\u001b[31m \u202eturned\u0000 " + new string('x', 5000)).ToRow(DateTimeOffset.UnixEpoch);

        Assert.StartsWith("onetwo[31m turned xxx", row.Detail, StringComparison.Ordinal);
        Assert.Equal(1000, row.Detail.Length);
        Assert.EndsWith("…", row.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_AtAStop_AreAllInTheFile()
    {
        await using var own = await OwnHost.StartAsync(fixture);
        for (var i = 0; i < 2000; i++)
        {
            await own.Host.Get<AuditBook>().WriteAsync(Entry("i", $"{i}"));
        }

        await own.StopAsync();

        await using var db = own.OpenLedger();
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{i}"), await db.Audit.OrderBy(r => r.Id).Select(r => r.Detail).ToListAsync(Cancelled));
    }

    [Fact]
    public async Task Entries_OnceWritten_AreNeitherChangedNorForgotten()
    {
        await using var own = await OwnHost.StartAsync(fixture);
        await own.Host.Get<AuditBook>().WriteThroughAsync(Entry("i", "one"), Cancelled);

        await using var db = own.OpenLedger();
        foreach (var sql in new[] { "UPDATE audit SET Detail = 'other'", "DELETE FROM audit", "INSERT OR REPLACE INTO audit SELECT * FROM audit" })
        {
            var refused = await Assert.ThrowsAsync<SqliteException>(() => db.Database.ExecuteSqlRawAsync(sql, Cancelled));
            Assert.Contains("kept as it was written", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal("one", (await db.Audit.SingleAsync(Cancelled)).Detail);
    }

    [Fact]
    public async Task Entries_BeyondTheBound_GoOldestFirst()
    {
        await using var own = await OwnHost.StartAsync(fixture);
        var book = own.Host.Get<AuditBook>();
        await book.WriteAsync(Entry("i", "the first"));
        await book.WriteThroughAsync(Entry("i", "the second"), Cancelled);
        await using var db = own.OpenLedger();
        await db.Database.ExecuteSqlRawAsync($"UPDATE sqlite_sequence SET seq = {AuditBook.Kept} WHERE name = 'audit'", Cancelled);

        await book.WriteThroughAsync(Entry("i", "the newest"), Cancelled);

        Assert.Equal(["the second", "the newest"], await db.Audit.OrderBy(r => r.Id).Select(r => r.Detail).ToListAsync(Cancelled));
    }

    private AuditEntry Entry(string instance, string detail) => new(instance, _project, "u1", "dana", "req-1", "test.last", detail);

    private async Task ReadAsync(string token, string id, LogQuery query)
    {
        await foreach (var _ in fixture.Host.As(token).LogsAsync(id, query, Cancelled).InTimeAsync())
        {
        }
    }

    /// <summary>A driver host with books of its own.</summary>
    private sealed class OwnHost(RunningDriverHost host, string folder) : IAsyncDisposable
    {
        private bool _stopped;

        public RunningDriverHost Host => host;

        public static async Task<OwnHost> StartAsync(DriverHostFixture fixture)
        {
            var folder = Directory.CreateTempSubdirectory("audit-").FullName;
            return new OwnHost(await RunningDriverHost.StartAsync(folder, fixture.Cloud), folder);
        }

        public LedgerDb OpenLedger() => LedgerReader.Open(LedgerDb.File(folder));

        public async ValueTask StopAsync()
        {
            _stopped = true;
            await host.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (!_stopped)
            {
                await host.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }
}
