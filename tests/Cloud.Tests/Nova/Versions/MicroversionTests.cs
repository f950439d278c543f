using System.Net;

namespace Cloud.Tests.Nova.Versions;

public sealed class MicroversionTests(CloudFixture cloud) : IClassFixture<CloudFixture>
{
    private const string Flavors = "/compute/v2.1/flavors";
    private const string Header = "OpenStack-API-Version";
    private const string Legacy = "X-OpenStack-Nova-API-Version";

    [Theory]
    [InlineData(null, null, "2.1")]
    [InlineData("compute 2.55", null, "2.55")]
    [InlineData(null, "2.55", "2.55")]
    [InlineData("compute latest", null, "2.93")]
    [InlineData(null, "latest", "2.93")]
    [InlineData("compute 2.60", "2.55", "2.60")]
    [InlineData("identity 3.10, compute 2.47", null, "2.47")]
    [InlineData("COMPUTE 2.93", null, "2.93")]
    [InlineData("identity 3.10", "2.9", "2.9")]
    [InlineData("identity 3.10", null, "2.1")]
    public async Task Request_AsksForAVersion_TheAnswerSaysWhichItIs(string? header, string? legacy, string spoken)
    {
        using var demo = await cloud.DemoAsync();

        var answer = await demo.ReadAsync(Flavors, Headers(header, legacy));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(($"compute {spoken}", spoken), (answer.Headers.GetValues(Header).Single(), answer.Headers.GetValues(Legacy).Single()));
        Assert.Equal([Header, Legacy], answer.Headers.Vary);
    }

    [Theory]
    [InlineData("2.94", 406, "Version 2.94 is not supported by the API. Minimum is 2.1 and maximum is 2.93.")]
    [InlineData("1.9", 406, "Version 1.9 is not supported by the API. Minimum is 2.1 and maximum is 2.93.")]
    [InlineData("2.0", 406, "Version 2.0 is not supported by the API. Minimum is 2.1 and maximum is 2.93.")]
    [InlineData("3.1", 406, "Version 3.1 is not supported by the API. Minimum is 2.1 and maximum is 2.93.")]
    [InlineData("two", 400, "API Version String two is of invalid format. Must be of format MajorNum.MinorNum.")]
    [InlineData("2", 400, "API Version String 2 is of invalid format. Must be of format MajorNum.MinorNum.")]
    [InlineData("2.01", 400, "API Version String 2.01 is of invalid format. Must be of format MajorNum.MinorNum.")]
    [InlineData("2.5.1", 400, "API Version String 2.5.1 is of invalid format. Must be of format MajorNum.MinorNum.")]
    [InlineData("-2.1", 400, "API Version String -2.1 is of invalid format. Must be of format MajorNum.MinorNum.")]
    public async Task Request_AsksForWhatIsNotSpoken_IsRefusedInNovasWords(string version, int status, string words)
    {
        using var demo = await cloud.DemoAsync();

        var answer = await demo.ReadAsync(Flavors, (Header, $"compute {version}"));

        var fault = status == 406 ? "computeFault" : "badRequest";
        Assert.Equal((status, status, words), ((int)answer.Status, answer.At(fault, "code").GetInt32(), answer.TextAt(fault, "message")));
    }

    [Fact]
    public async Task Fault_OfAKnownVersion_SaysTheVersionToo()
    {
        using var demo = await cloud.DemoAsync();

        var answer = await demo.ReadAsync($"{Flavors}/nothing", (Header, "compute 2.60"));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("compute 2.60", answer.Headers.GetValues(Header).Single());
    }

    [Fact]
    public async Task Discovery_WithoutAToken_NamesTheOneVersion()
    {
        using var client = cloud.Anonymous();

        var all = await client.ReadAsync("/compute");
        var slashed = await client.ReadAsync("/compute/");
        var one = await client.ReadAsync("/compute/v2.1");
        var unknown = await client.ReadAsync("/compute/v3");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.MultipleChoices), (all.Status, slashed.Status, one.Status, unknown.Status));
        Assert.Equal(all.Text, slashed.Text);
        Assert.Equal(("v2.1", "CURRENT", "2.1", "2.93"), (all.TextAt("versions", "0", "id"), all.TextAt("versions", "0", "status"), all.TextAt("versions", "0", "min_version"), all.TextAt("versions", "0", "version")));
        Assert.Equal($"{cloud.Url}compute/v2.1/", one.TextAt("version", "links", "0", "href"));
        Assert.Equal("v2.1", unknown.TextAt("choices", "0", "id"));
    }

    [Theory]
    [InlineData("GET", "/compute/v2.1/nonsense", 404, "itemNotFound")]
    [InlineData("DELETE", "/compute/v2.1/flavors", 405, "badMethod")]
    public async Task Call_OfNoRoute_IsRefusedInNovasShape(string method, string path, int status, string fault)
    {
        using var admin = await cloud.AdminAsync();

        var answer = await admin.CallAsync(method, path);

        Assert.Equal((status, status), ((int)answer.Status, answer.At(fault, "code").GetInt32()));
    }

    [Fact]
    public async Task Call_WithoutAToken_IsRefusedInNovasShape_AndHasBothRequestIds()
    {
        using var client = cloud.Anonymous();

        var answer = await client.ReadAsync(Flavors);

        Assert.Equal((HttpStatusCode.Unauthorized, 401), (answer.Status, answer.At("unauthorized", "code").GetInt32()));
        Assert.Equal($"Keystone uri=\"{cloud.Url}identity\"", answer.Headers.WwwAuthenticate.ToString());
        Assert.Matches("^req-", answer.Headers.GetValues("x-openstack-request-id").Single());
        Assert.Equal(answer.Headers.GetValues("x-openstack-request-id"), answer.Headers.GetValues("x-compute-request-id"));
    }

    private static (string, string)[] Headers(string? header, string? legacy) =>
        [.. new[] { (Header, header), (Legacy, legacy) }.Where(h => h.Item2 is not null).Select(h => (h.Item1, h.Item2!))];
}
