namespace Cloud.Tests.Protocol;

/// <summary>Around the instances; the services and the hypervisor need a compute host and are held to their samples where there is one.</summary>
public sealed class NovaProtocolTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    [Theory]
    [InlineData("nova/versions")]
    [InlineData("nova/flavors")]
    [InlineData("nova/limits")]
    public async Task Read_ByAReader_AnswersLikeTheSample(string sample)
    {
        var tenant = await cloud.NewTenantAsync("reader");

        await tenant.Client.HoldsAsync(sample);
    }

    [Fact]
    public async Task Keypair_MadeAndListed_AnswersLikeTheSamples()
    {
        var tenant = await cloud.NewTenantAsync();

        await tenant.Client.HoldsAsync("nova/keypair-create", ("id", tenant.UserId));
        await tenant.Client.HoldsAsync("nova/keypairs");
    }
}
