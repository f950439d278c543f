using System.Security.Cryptography;
using DriverHost.Client;

namespace DriverHost.Enrolment;

/// <summary>
/// The code by which a dashboard is let in once. Made at each start of a host that is not enrolled, kept in <c>secrets/enrolment-code</c> (mode 0600) until it
/// is used up, good for one hour and five tries.
/// </summary>
internal sealed class EnrolmentCode(DriverHostOptions options, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private const int MostTries = 5;
    // Crockford's: no letter is taken for a digit. 20 of them are 100 bits.
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Lock _lock = new();
    private EnrolmentProof? _proof;
    private DateTimeOffset _until;
    private int _tries;

    private string Path => System.IO.Path.Combine(options.DataPath, "secrets", "enrolment-code");

    public void Make()
    {
        var text = RandomNumberGenerator.GetString(Letters, 20);
        var code = string.Join('-', text.Chunk(5).Select(part => new string(part)));
        lock (_lock)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            File.Delete(Path);
            using (var file = new StreamWriter(new FileStream(Path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly })))
            {
                file.Write(code + "\n");
            }

            (_proof, _until, _tries) = (new EnrolmentProof(code), time.GetUtcNow() + Lifetime, 0);
        }
    }

    /// <summary>Whether a proof is by this code. A wrong one is counted; who can't be right any more learns why.</summary>
    /// <returns>The proofs of the code when it is; null when it is not.</returns>
    /// <exception cref="Http.DriverFailure">The code is used up, too old, or was tried too often.</exception>
    public EnrolmentProof? Try(Func<EnrolmentProof, string> expected, string? given)
    {
        lock (_lock)
        {
            if (_proof is not { } proof || time.GetUtcNow() >= _until || _tries >= MostTries)
            {
                throw new Http.DriverFailure(403, "code_over", "The enrolment code of this host is over: it is good for one hour and five tries. Start the driver host again for a new one.");
            }

            if (EnrolmentProof.Same(expected(proof), given))
            {
                return proof;
            }

            _tries++;
            return null;
        }
    }

    public void UseUp()
    {
        lock (_lock)
        {
            _proof = null;
            File.Delete(Path);
        }
    }
}
