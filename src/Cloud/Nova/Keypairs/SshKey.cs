using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cloud.Http;

namespace Cloud.Nova.Keypairs;

/// <summary>An SSH public key in the form of <c>authorized_keys</c>: type, base64, comment.</summary>
internal sealed record SshKey(string Line, string Fingerprint)
{
    private const int RsaBits = 2048;

    /// <summary>Reads a key that a user sends; what is no SSH public key is refused in words.</summary>
    public static SshKey Parse(string text)
    {
        var line = text.Trim();
        var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (line.Any(char.IsControl) || parts.Length < 2 || !TryBase64(parts[1], out var blob) || TypeOf(blob) != parts[0])
        {
            throw CloudFailure.Invalid(
                "Keypair data is invalid: failed to generate fingerprint. It must be one line as in authorized_keys: the key's type, its base64 text, a comment.");
        }

        return new SshKey(line, FingerprintOf(blob));
    }

    /// <summary>Makes a new RSA pair.</summary>
    /// <returns>The public key, and the private one as PEM.</returns>
    public static (SshKey Public, string Private) Generate()
    {
        using var rsa = RSA.Create(RsaBits);
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        byte[] blob = [.. Text("ssh-rsa"), .. Number(numbers.Exponent!), .. Number(numbers.Modulus!)];
        return (new SshKey($"ssh-rsa {Convert.ToBase64String(blob)} Generated-by-Nova", FingerprintOf(blob)), rsa.ExportRSAPrivateKeyPem() + "\n");
    }

    // Nova's fingerprints are MD5 because clients compare them with what ssh-keygen -E md5 says; nothing is protected by them.
#pragma warning disable CA5351
    private static string FingerprintOf(byte[] blob) => string.Join(':', MD5.HashData(blob).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
#pragma warning restore CA5351

    private static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var read = Convert.TryFromBase64String(text, bytes, out var length);
        bytes = bytes[..length];
        return read;
    }

    /// <summary>The type that the key's own bytes name; null when there is none.</summary>
    private static string? TypeOf(byte[] blob)
    {
        if (blob.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(blob) is var length && (length == 0 || length >= blob.Length - 4))
        {
            return null;
        }

        return Encoding.ASCII.GetString(blob, 4, (int)length);
    }

    private static byte[] Text(string text) => Sized(Encoding.ASCII.GetBytes(text));

    // RFC 4251 mpint: a leading zero byte keeps a number whose first bit is set positive.
    private static byte[] Number(byte[] number) => Sized(number[0] >= 0x80 ? [0, .. number] : number);

    private static byte[] Sized(byte[] bytes)
    {
        var sized = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(sized, bytes.Length);
        bytes.CopyTo(sized, 4);
        return sized;
    }
}
