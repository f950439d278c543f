using Cloud.Glance.Images;
using Cloud.Http;
using Cloud.Store;
using Microsoft.EntityFrameworkCore;

namespace Cloud.Glance.Data;

/// <summary>
/// The images' bytes: one file per content, named by its SHA-512, shared by all images that hold it. Rows say which files are needed;
/// a file that no row names is removed.
/// </summary>
internal sealed class ImageFiles : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int NoSpaceLeft = 28;

    private readonly string _folder;
    private readonly string _staging;

    // Between a row's coming or going and its file's, nobody else may count the rows.
    private readonly SemaphoreSlim _books = new(1, 1);

    public ImageFiles(CloudOptions options)
    {
        _folder = Path.Combine(options.DataPath, "images");
        _staging = Path.Combine(_folder, "staging");
        Directory.CreateDirectory(_folder, OwnerOnly | UnixFileMode.UserExecute);
        Directory.CreateDirectory(_staging, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>A marker file beside the images: says that the demonstration image has been made once.</summary>
    public string DemonstrationMark => Path.Combine(_folder, ".demonstration");

    /// <summary>Takes the bytes into the staging folder. Nothing is left of them if this fails.</summary>
    public async Task<StagedFile> ReceiveAsync(Stream source, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_staging, Guid.NewGuid().ToString("n"));
        try
        {
            using var target = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None);
            File.SetUnixFileMode(target, OwnerOnly);
            return new StagedFile(file, await HashingCopy.RunAsync(source, target, cancellationToken));
        }
        catch (IOException full) when ((full.HResult & 0xffff) == NoSpaceLeft)
        {
            File.Delete(file);
            throw new CloudFailure(FailureKind.TooLarge, "Image storage media is full: there is not enough space left on the disk of the data folder.");
        }
        catch
        {
            File.Delete(file);
            throw;
        }
    }

    /// <summary>Gives the staged bytes their final name, then lets <paramref name="save"/> write the row that names them.</summary>
    public async Task KeepAsync(CloudDb db, StagedFile staged, Func<Task> save)
    {
        await _books.WaitAsync();
        try
        {
            var file = PathOf(staged.Digests.Sha512);
            if (File.Exists(file))
            {
                File.Delete(staged.File);
            }
            else
            {
                File.Move(staged.File, file);
            }

            try
            {
                await save();
            }
            catch
            {
                await RemoveIfUnusedAsync(db, staged.Digests.Sha512);
                throw;
            }
        }
        finally
        {
            _books.Release();
        }
    }

    /// <summary>Removes the image's row, and its bytes when no other image holds the same.</summary>
    /// <returns>False, and nothing is removed, when another call changed the image since it was read.</returns>
    public async Task<bool> TryDeleteAsync(CloudDb db, ImageRow image, CancellationToken cancellationToken)
    {
        await _books.WaitAsync(cancellationToken);
        try
        {
            db.Remove(image);
            await db.SaveChangesAsync(cancellationToken);
            if (image.Sha512 is { } sha512)
            {
                await RemoveIfUnusedAsync(db, sha512);
            }

            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
        finally
        {
            _books.Release();
        }
    }

    /// <summary>The bytes, for reading at any place. Deleting the image meanwhile does not disturb the reader.</summary>
    public FileStream Open(string sha512) => new(PathOf(sha512), new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        BufferSize = 0,
    });

    /// <summary>After a crash: removes half-received uploads and files that no row names.</summary>
    /// <returns>How many files were removed, and which contents are named by rows but missing.</returns>
    public async Task<(int Removed, IReadOnlyList<string> Missing)> CleanAsync(CloudDb db, CancellationToken cancellationToken)
    {
        var named = await db.Set<ImageRow>().Where(i => i.Sha512 != null).Select(i => i.Sha512!).Distinct().ToListAsync(cancellationToken);
        string[] left = [.. Directory.EnumerateFiles(_staging), .. Directory.EnumerateFiles(_folder).Where(file => file != DemonstrationMark && !named.Contains(Path.GetFileName(file)))];
        foreach (var file in left)
        {
            File.Delete(file);
        }

        return (left.Length, [.. named.Where(sha512 => !File.Exists(PathOf(sha512)))]);
    }

    public void Dispose() => _books.Dispose();

    private async Task RemoveIfUnusedAsync(CloudDb db, string sha512)
    {
        if (!await db.Set<ImageRow>().AnyAsync(i => i.Sha512 == sha512))
        {
            File.Delete(PathOf(sha512));
        }
    }

    private string PathOf(string sha512) => Path.Combine(_folder, sha512);
}

/// <summary>Bytes that were received whole, but belong to no image yet.</summary>
internal sealed record StagedFile(string File, Digests Digests);
