using System.Net;
using OpenStack.Errors;

namespace OpenStack.Tests.Errors;

public sealed class FaultTests
{
    [Theory]
    [InlineData("""{"error": {"code": 401, "title": "Unauthorized", "message": "The account is locked."}}""", "The account is locked.")]
    [InlineData("""{"itemNotFound": {"code": 404, "message": "Instance x could not be found."}}""", "Instance x could not be found.")]
    [InlineData("""{"message": "plain"}""", "plain")]
    [InlineData("<html><head><title>409 Conflict</title></head><body><h1>409 Conflict</h1>Image &lt;a&gt; is in use.<br /><br /></body></html>", "Image <a> is in use.")]
    public void Message_KnownShape_GivesItsWords(string body, string words)
    {
        Assert.Equal(words, Fault.Message(body, HttpStatusCode.Conflict));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1, 2]")]
    [InlineData("{\"error\": 3}")]
    public void Message_NoWords_SaysTheStatus(string body)
    {
        Assert.Equal("The service answered 409 (Conflict).", Fault.Message(body, HttpStatusCode.Conflict));
    }
}
