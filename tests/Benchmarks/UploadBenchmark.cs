using System.Globalization;
using System.Security.Cryptography;
using Benchmarks.Measuring;

namespace Benchmarks;

/// <summary>1 GiB into Glance over HTTP, beside reading, hashing (md5, sha512) and writing the same file without a network.</summary>
internal static class UploadBenchmark
{
    private const int Pairs = 3;
    private const long Size = 1L << 30;

    public static async Task<Figure[]> RunAsync()
    {
        await using var cloud = await CloudClient.StartAsync();
        var source = Path.Combine(cloud.Product.DataPath, "source.bin");
        await WriteRandomAsync(source);
        var before = PeakMegabytes(cloud.Product.ProcessId);

        var (ours, file) = await Timing.PairsAsync(
            Pairs,
            async _ =>
            {
                var id = await cloud.CreateImageAsync("upload", null);
                var took = await Timing.MillisecondsAsync(async () =>
                {
                    await using var data = File.OpenRead(source);
                    await cloud.UploadAsync(id, data);
                });
                await cloud.DeleteImageAsync(id);
                return took;
            },
            async _ =>
            {
                var copy = source + ".copy";
                var took = await Timing.MillisecondsAsync(() => CopyAsync(source, copy));
                File.Delete(copy);
                return took;
            });
        var memory = string.Create(CultureInfo.InvariantCulture, $"peak memory of the product {before} MiB before, {PeakMegabytes(cloud.Product.ProcessId)} MiB after");
        return [new Figure("upload of 1 GiB", ours.Median(), "write and hash the file", file.Median(), "ms", "≤ 1.3×, flat memory", memory)];
    }

    private static async Task CopyAsync(string source, string copy)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        await using var from = File.OpenRead(source);
        await using var to = File.Create(copy);
        var buffer = new byte[256 * 1024];
        for (int read; (read = await from.ReadAsync(buffer)) > 0;)
        {
            md5.AppendData(buffer, 0, read);
            sha512.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read));
        }

        to.Flush(flushToDisk: true);
    }

    private static async Task WriteRandomAsync(string path)
    {
        var block = RandomNumberGenerator.GetBytes(1 << 20);
        await using var file = File.Create(path);
        for (long written = 0; written < Size; written += block.Length)
        {
            await file.WriteAsync(block);
        }
    }

    private static long PeakMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
