using Benchmarks;
using Benchmarks.Logs;
using Benchmarks.Measuring;

// dotnet run --project tests/Benchmarks -c Release [-- NAME…]: measures on the real engine, each against a reference in the same run.
var all = new Dictionary<string, Func<Task<Figure[]>>>(StringComparer.Ordinal)
{
    ["boot"] = BootBenchmark.RunAsync,
    ["snapshot"] = SnapshotBenchmark.RunAsync,
    ["upload"] = UploadBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
    ["list"] = ListBenchmark.RunAsync,
    ["finished-log"] = FinishedLogBenchmark.RunAsync,
    ["live-log"] = LiveLogBenchmark.RunAsync,
    ["screen"] = ScreenLatencyBenchmark.RunAsync,
    ["burst"] = BurstBenchmark.RunAsync,
    ["history"] = HistoryBenchmark.RunAsync,
    ["viewers"] = ViewersBenchmark.RunAsync,
    ["soak"] = SoakBenchmark.RunAsync,
    ["many"] = ManyInstancesBenchmark.RunAsync,
};
if (args is [BareServer.Verb, var address])
{
    return await BareServer.RunAsync(address);
}

if (args.Except(all.Keys).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. There are: {string.Join(", ", all.Keys)}.");
    return 2;
}

Console.WriteLine(Figure.Head);
foreach (var name in args.Length > 0 ? args : [.. all.Keys])
{
    foreach (var figure in await all[name]())
    {
        Console.WriteLine(figure);
    }
}

return 0;
