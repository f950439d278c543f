using System.Net;
using Dashboard.Launch;

namespace Dashboard.Tests.Launch;

public sealed class LaunchFailureTests
{
    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "Quota exceeded for ram: Requested 4096, but already used 16384 of 16384 ram", LaunchField.Flavor)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, "Quota exceeded for instances", LaunchField.Flavor)]
    [InlineData(HttpStatusCode.Forbidden, "Image 'ingest' waits for an administrator's approval. Until then it cannot boot.", LaunchField.Image)]
    [InlineData(HttpStatusCode.BadRequest, "Flavor's memory is too small for requested image.", LaunchField.Flavor)]
    [InlineData(HttpStatusCode.BadRequest, "Invalid key_name provided.", LaunchField.KeyPair)]
    [InlineData(HttpStatusCode.BadRequest, "Can not find requested image", LaunchField.Image)]
    [InlineData(HttpStatusCode.Conflict, "Image is not active", LaunchField.Image)]
    [InlineData(HttpStatusCode.BadRequest, "Invalid input for field/attribute name. Value: x", LaunchField.Name)]
    [InlineData(HttpStatusCode.BadRequest, "Metadata property value greater than 255 characters", LaunchField.Environment)]
    public void Refused_ByNova_PointsAtTheField(HttpStatusCode status, string words, object field)
    {
        var failure = LaunchFailure.Refused(LaunchSamples.Refusal(status, words));

        Assert.Equal(field, failure.Field);
        Assert.Equal("Not launched.", failure.Problem.What);
        Assert.Contains(words, failure.Problem.Why);
        Assert.Equal("req-5c1f", failure.Problem.RequestId);
        Assert.Empty(failure.ServerIds);
    }

    [Fact]
    public void Refused_NovaSilent_BlamesNoField()
    {
        var failure = LaunchFailure.Refused(new OpenStack.Errors.OpenStackException("compute", HttpMethod.Post, null, null, "Nova does not answer."));

        Assert.Null(failure.Field);
        Assert.Equal("Nova does not answer.", failure.Problem.Why);
    }

    [Theory]
    [InlineData("command_not_found", "The image has no program sh.", LaunchField.Command)]
    [InlineData("image_changed", "The bytes are not what was approved.", LaunchField.Image)]
    [InlineData("no_address_pool", "No address range left.", LaunchField.Network)]
    [InlineData("no_space", "No room.", LaunchField.Flavor)]
    [InlineData(null, "The working directory /proc is in one of the kernel's own folders.", LaunchField.WorkingDirectory)]
    [InlineData(null, "The image has no program sh in its PATH.", LaunchField.Command)]
    [InlineData(null, "Something else.", null)]
    public void Failed_Later_PointsAtTheFieldAndKeepsTheServerToDelete(string? code, string words, object? field)
    {
        var failure = LaunchFailure.Failed([new Boot { Id = "s1", Name = "web", Steps = [], Phase = BootPhase.Failed, Fault = words, FaultCode = code }]);

        Assert.Equal(field, failure.Field);
        Assert.Equal($"web: {words}", failure.Problem.Why);
        Assert.Equal(["s1"], failure.ServerIds);
    }

    [Fact]
    public void Failed_DeletedMeanwhile_OffersNothingToDelete()
    {
        var failure = LaunchFailure.Failed([new Boot { Id = "s1", Name = "web", Steps = [], Phase = BootPhase.Gone }]);

        Assert.Empty(failure.ServerIds);
        Assert.Equal("web was deleted while it started.", failure.Problem.Why);
    }
}
