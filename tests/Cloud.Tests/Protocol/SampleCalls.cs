using TestKit;

namespace Cloud.Tests.Protocol;

internal static class SampleCalls
{
    /// <summary>Sends the sample's request; the cloud has to answer as the sample says, no member more, none less.</summary>
    /// <returns>The sample, whose holes now hold what the cloud put there.</returns>
    public static async Task<Sample> HoldsAsync(this HttpClient client, string name, params (string Hole, string Value)[] values)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var sample = Sample.Read(name, values);
        using var request = sample.Request(client.BaseAddress!.ToString().TrimEnd('/') + name.Split('/')[0] switch { "keystone" => "/identity/v3", "glance" => "/image", _ => "/compute/v2.1" });
        using var answer = await client.SendAsync(request, cancellationToken);
        await sample.AssertResponseAsync(answer, cancellationToken);
        return sample;
    }
}
