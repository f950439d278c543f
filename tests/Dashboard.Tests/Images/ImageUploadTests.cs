using System.Net;
using Dashboard.Images;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;
using OpenStack.Errors;

namespace Dashboard.Tests.Images;

public sealed class ImageUploadTests : IDisposable
{
    private readonly TestGlance _glance = new TestGlance().With(TestImages.Docker(status: "queued"));
    private static readonly byte[] Tar = TestImages.Tar();
    private readonly CancellationTokenSource _session = new();

    [Fact]
    public async Task Run_File_ReachesGlanceWholeWithItsLength()
    {
        var result = await RunAsync(new MemoryStream(Tar), Tar.Length);

        Assert.IsType<NoContent>(result);
        Assert.Equal(Tar, _glance.Received);
        Assert.Equal(Tar.Length, _glance.DeclaredLength);
    }

    [Fact]
    public async Task Run_GlanceRefuses_AnswersItsWordsAndRemovesTheRecord()
    {
        _glance.Failure = TestGlance.Refusal(HttpStatusCode.RequestEntityTooLarge, "Image storage quota exceeded.");

        var result = await RunAsync(new MemoryStream(Tar), Tar.Length);

        var problem = Assert.IsType<ProblemHttpResult>(result);
        Assert.Equal(413, problem.StatusCode);
        Assert.Contains("quota exceeded", problem.ProblemDetails.Detail, StringComparison.Ordinal);
        Assert.Contains("req-1", problem.ProblemDetails.Detail, StringComparison.Ordinal);
        Assert.Empty(_glance.Images);
    }

    [Fact]
    public async Task Run_FileThatIsNoTar_IsRefusedBeforeGlanceGetsItAndRemovesTheRecord()
    {
        var result = await RunAsync(new MemoryStream("hello"u8.ToArray()), 5);

        var problem = Assert.IsType<ProblemHttpResult>(result);
        Assert.Equal(415, problem.StatusCode);
        Assert.Contains("not a tar", problem.ProblemDetails.Detail, StringComparison.Ordinal);
        Assert.Null(_glance.Received);
        Assert.Empty(_glance.Images);
    }

    [Fact]
    public async Task Run_BrowserGoesAway_RemovesTheRecord()
    {
        await RunAsync(new BrokenStream(), 100);

        Assert.Empty(_glance.Images);
    }

    [Fact]
    public async Task Run_SignedOutMeanwhile_EndsTheUploadAndRemovesTheRecord()
    {
        var endless = new EndlessStream();
        var running = RunAsync(endless, long.MaxValue);
        await endless.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);

        await _session.CancelAsync();
        await running;

        Assert.Empty(_glance.Images);
    }

    [Fact]
    public async Task Run_EmptyFile_IsRefused()
    {
        var result = await RunAsync(new MemoryStream(), 0);

        Assert.Equal(400, Assert.IsType<ProblemHttpResult>(result).StatusCode);
        Assert.Empty(_glance.Images);
    }

    [Fact]
    public async Task Run_ImageThatHasItsBytes_IsNeverRemoved()
    {
        _glance.With(TestImages.Approved());
        _glance.Failure = TestGlance.Refusal(HttpStatusCode.Conflict, "Image status transition from active to saving is not allowed");

        await RunAsync(new MemoryStream(Tar), Tar.Length);

        Assert.Single(_glance.Images);
    }

    [Fact]
    public void Words_GlanceSilent_SayWhatToDo()
    {
        var words = ImageUpload.Words(new OpenStackException("image", HttpMethod.Put, null, null, "Glance does not answer."));

        Assert.Contains("Try again", words, StringComparison.Ordinal);
    }

    public void Dispose() => _session.Dispose();

    private Task<IResult> RunAsync(Stream body, long length)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = body;
        context.Request.ContentLength = length;
        return ImageUpload.RunAsync(_glance, TestImages.Id, context.Request, NullLogger.Instance, _session.Token, TestContext.Current.CancellationToken);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("The client reset the request stream.");
    }

    private sealed class EndlessStream : MemoryStream
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }
}
