using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Cloud.Glance.Data;

/// <param name="Size">Bytes.</param>
internal sealed record Digests(long Size, string Md5, string Sha512);

/// <summary>
/// Copies a stream into a file and computes both digests on the way. While one buffer is hashed twice and written, on three threads,
/// the next one is filled: the memory is two buffers, whatever the size.
/// </summary>
internal static class HashingCopy
{
    private const int BufferSize = 1024 * 1024;

    public static async Task<Digests> RunAsync(Stream source, SafeFileHandle target, CancellationToken cancellationToken)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        var filling = ArrayPool<byte>.Shared.Rent(BufferSize);
        var working = ArrayPool<byte>.Shared.Rent(BufferSize);
        var work = Task.CompletedTask;
        long size = 0;
        try
        {
            while (true)
            {
                var count = await source.ReadAtLeastAsync(filling.AsMemory(0, BufferSize), BufferSize, throwOnEndOfStream: false, cancellationToken);
                await work;
                if (count == 0)
                {
                    return new Digests(size, Convert.ToHexStringLower(md5.GetHashAndReset()), Convert.ToHexStringLower(sha512.GetHashAndReset()));
                }

                (filling, working) = (working, filling);
                work = WorkAsync(md5, sha512, target, working.AsMemory(0, count), size);
                size += count;
            }
        }
        finally
        {
            // The threads must let go of the buffer before it is given back; their own failure has been thrown above or is replaced by the reader's.
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(working);
        }
    }

    private static Task WorkAsync(IncrementalHash md5, IncrementalHash sha512, SafeFileHandle target, ReadOnlyMemory<byte> bytes, long offset) => Task.WhenAll(
        Task.Run(() => md5.AppendData(bytes.Span)),
        Task.Run(() => sha512.AppendData(bytes.Span)),
        Task.Run(() => RandomAccess.Write(target, bytes.Span, offset)));
}
