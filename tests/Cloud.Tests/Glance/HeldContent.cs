using System.Net;
using System.Text;

namespace Cloud.Tests.Glance;

/// <summary>A body whose first half is sent at once; the second comes, or the connection breaks, when the test says so.</summary>
internal sealed class HeldContent : HttpContent
{
    public const string Text = "first half, second half";
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Finish() => _second.TrySetResult();

    public void Break() => _second.TrySetException(new IOException("The sender went away."));

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        await stream.FlushAsync();
        await _second.Task;
        await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Encoding.UTF8.GetByteCount(Text);
        return true;
    }
}
