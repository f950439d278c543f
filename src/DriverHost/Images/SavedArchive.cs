using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json;

namespace DriverHost.Images;

/// <param name="Sha512">Of the archive's bytes, lower-case hex.</param>
/// <param name="ConfigDigest">Of the image's config inside it.</param>
internal sealed record SavedArchiveFacts(string Sha512, string ConfigDigest);

/// <summary>
/// An archive on its way from the engine to Glance. It is hashed and looked through on another thread while it passes, and it ends only after
/// <c>whole</c> has noted what it was: Glance cannot have all of it before the books do.
/// </summary>
internal sealed class SavedArchive : Stream
{
    private readonly Stream _source;
    private readonly Func<SavedArchiveFacts, Task> _whole;
    private readonly Action<long> _progress;
    private readonly Pipe _passed = new(new PipeOptions(pauseWriterThreshold: 8 << 20, resumeWriterThreshold: 4 << 20, minimumSegmentSize: 128 * 1024, useSynchronizationContext: false));
    private readonly Task<SavedArchiveFacts> _looking;
    private long _count;
    private bool _ended;

    /// <param name="source">What the engine writes; closed with this stream.</param>
    /// <param name="whole">Is called once, with the last byte, before the end is passed on.</param>
    /// <param name="progress">Gets the number of bytes that have passed.</param>
    public SavedArchive(Stream source, ArchiveLimits limits, Func<SavedArchiveFacts, Task> whole, Action<long> progress)
    {
        _source = source;
        _whole = whole;
        _progress = progress;
        _looking = Task.Run(() => LookAsync(limits));
    }

    /// <summary>What broke it on this side; null when the other side did.</summary>
    public Exception? Failure { get; private set; }

    public SavedArchiveFacts? Facts { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _count; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return _ended || buffer.IsEmpty ? 0 : await PassAsync(buffer, cancellationToken);
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            Failure ??= failed;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        await _passed.Writer.CompleteAsync(_ended ? null : new OperationCanceledException("The archive was given up."));
        await ((Task)_looking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _source.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task<int> PassAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await _source.ReadAsync(buffer, cancellationToken);
        if (read == 0)
        {
            await _passed.Writer.CompleteAsync();
            Facts = await _looking.WaitAsync(cancellationToken);
            await _whole(Facts);
            _ended = true;
            return 0;
        }

        _passed.Writer.Write(buffer.Span[..read]);
        if ((await _passed.Writer.FlushAsync(cancellationToken)).IsCompleted)
        {
            // The looking gave up before the end: its reason is the failure.
            await _looking;
        }

        _count += read;
        _progress(_count);
        return read;
    }

    private async Task<SavedArchiveFacts> LookAsync(ArchiveLimits limits)
    {
        try
        {
            await using var hashing = new HashingStream(_passed.Reader.AsStream(leaveOpen: true), HashAlgorithmName.SHA512, _ => { });
            var tar = new TarScanner(hashing, limits.ArchiveEntries, limits.PathLength);
            var digests = new Dictionary<string, string>(StringComparer.Ordinal);
            byte[]? manifest = null;
            while (await tar.NextAsync(CancellationToken.None) is { } item)
            {
                if (item.IsFile && item.Size <= limits.JsonBytes)
                {
                    var content = await tar.ContentAsync(CancellationToken.None);
                    digests[item.Path] = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
                    manifest = item.Path == "manifest.json" ? content : manifest;
                }
            }

            await hashing.CopyToAsync(Stream.Null, 128 * 1024, CancellationToken.None);
            return new SavedArchiveFacts(hashing.HexDigest(), ConfigDigest(manifest, digests));
        }
        finally
        {
            await _passed.Reader.CompleteAsync();
        }
    }

    private static string ConfigDigest(byte[]? manifest, Dictionary<string, string> digests)
    {
        using var images = JsonDocument.Parse(manifest ?? throw new ArchiveRefused("The engine wrote an archive without manifest.json."));
        var config = images.RootElement.ValueKind == JsonValueKind.Array && images.RootElement.GetArrayLength() == 1 ? DockerArchive.Text(images.RootElement[0], "Config") : null;
        return config is not null && digests.TryGetValue(config, out var digest) ? digest : throw new ArchiveRefused("The engine wrote an archive without a config.");
    }
}
