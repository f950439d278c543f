namespace DriverHost.Images;

/// <summary>The archive is not what it must be. The message is the evidence: it names the part and says what is wrong with it.</summary>
internal sealed class ArchiveRefused : Exception
{
    public ArchiveRefused(string message, string code = "image_invalid", Exception? inner = null)
        : base(message, inner) => Code = code;

    public string Code { get; }
}
