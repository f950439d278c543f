using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Cloud.Tests.Nova.Servers;

public sealed class CreateTests(NovaFixture cloud) : IClassFixture<NovaFixture>
{
    [Fact]
    public async Task Create_WithImageAndFlavor_IsAcceptedBuildsAndRuns()
    {
        using var demo = await cloud.DemoAsync();
        var gate = cloud.Driver.Close("spawn");

        var created = (await demo.CreateServerAsync(cloud.ImageId)).Expect(HttpStatusCode.Accepted);
        var id = created.TextAt("server", "id")!;
        await gate.EnteredAsync(id);
        var building = await demo.ShowAsync(id);
        gate.Open();
        var running = await cloud.ReachAsync(demo, id, "ACTIVE");

        Assert.Equal($"{cloud.Url}compute/v2.1/servers/{id}", created.Headers.Location?.ToString());
        Assert.Equal(("BUILD", "building", "spawning"), States(building));
        Assert.Equal(0, building.At("server", "OS-EXT-STS:power_state").GetInt32());
        Assert.Equal(("ACTIVE", "active", null), States(running));
        Assert.Equal(1, running.At("server", "OS-EXT-STS:power_state").GetInt32());
        Assert.Equal([("create", null)], await demo.ActionsAsync(id));
    }

    [Fact]
    public async Task Create_GivesTheDriverTheFlavorsLimitsAndWhatTheMetadataSay()
    {
        using var demo = await cloud.DemoAsync();

        var id = await cloud.LaunchAsync(demo, new JsonObject
        {
            ["name"] = "Über vm",
            ["networks"] = "auto",
            ["user_data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("#!/bin/sh")),
            ["metadata"] = new JsonObject { ["docker:command"] = "[\"sh\",\"-c\",\"echo 'a b'\"]", ["docker:entrypoint"] = "[]", ["docker:working_dir"] = "/srv", ["env:COLOUR"] = "red", ["note"] = "n" },
        });

        var spec = cloud.Driver.Spec(id);
        Assert.Equal(("Über vm", cloud.ImageId, "auto"), (spec.Name, spec.ImageId, spec.Network));
        Assert.Equal(("m1.tiny", 1, 512, 1), (spec.Flavor.Name, spec.Flavor.Vcpus, spec.Flavor.MemoryMb, spec.Flavor.DiskGb));
        Assert.Equal(["sh", "-c", "echo 'a b'"], spec.Command!);
        Assert.Empty(spec.Entrypoint!);
        Assert.Equal("/srv", spec.WorkingDirectory);
        Assert.Equal(new Dictionary<string, string> { ["COLOUR"] = "red" }, spec.Environment);
        Assert.Equal("n", spec.Metadata["note"]);
        Assert.Equal("IyEvYmluL3No", spec.UserData);
    }

    [Fact]
    public async Task Create_OfAnImageWithACommandLine_SplitsItIntoTheCommand()
    {
        using var admin = await cloud.AdminAsync();
        var image = await NovaFixture.UploadAsync(admin, new JsonObject { ["os_command_line"] = "nginx -g 'daemon off;'" });

        var own = await cloud.LaunchAsync(admin, new JsonObject { ["imageRef"] = image });
        var other = await cloud.LaunchAsync(admin, new JsonObject { ["imageRef"] = image, ["metadata"] = new JsonObject { ["docker:command"] = "[\"sh\"]" } });

        Assert.Equal(["nginx", "-g", "daemon off;"], cloud.Driver.Spec(own).Command!);
        Assert.Equal(["sh"], cloud.Driver.Spec(other).Command!);
    }

    [Fact]
    public async Task Create_WithAKeypair_GivesTheDriverThePublicKey()
    {
        using var demo = await cloud.DemoAsync();
        var key = (await demo.NovaAsync("POST", "/os-keypairs", new JsonObject { ["keypair"] = new JsonObject { ["name"] = "mine" } }, "2.91")).TextAt("keypair", "public_key");

        var id = await cloud.LaunchAsync(demo, new JsonObject { ["key_name"] = "mine" });

        Assert.Equal(key, cloud.Driver.Spec(id).PublicKey);
        Assert.Equal("mine", (await demo.ShowAsync(id)).TextAt("server", "key_name"));
    }

    [Fact]
    public async Task Create_OfThree_MakesThreeNumberedInstancesOfOneReservation()
    {
        using var admin = await cloud.AdminAsync();

        var created = (await admin.CreateServerAsync(cloud.ImageId, new JsonObject { ["name"] = "many", ["min_count"] = 2, ["max_count"] = 3, ["return_reservation_id"] = true })).Expect(HttpStatusCode.Accepted);
        var reservation = created.TextAt("reservation_id")!;
        var listed = await admin.NovaAsync("GET", $"/servers?reservation_id={reservation}&sort_key=display_name&sort_dir=asc");

        Assert.Equal(["many-1", "many-2", "many-3"], listed.Each("servers", "name"));
    }

    [Fact]
    public async Task Create_AsDebiansClientsSendIt_IsAccepted()
    {
        using var demo = await cloud.DemoAsync();
        var device = new JsonObject { ["uuid"] = cloud.ImageId, ["source_type"] = "image", ["destination_type"] = "local", ["boot_index"] = 0, ["delete_on_termination"] = true };

        // openstack at 2.1 without --network; nova boot; an old client that describes the image as a device, too.
        var openstack = await demo.CreateServerAsync(cloud.ImageId, new JsonObject { ["networks"] = new JsonArray(), ["min_count"] = 1, ["max_count"] = 1 }, "2.1");
        var nova = await demo.CreateServerAsync(cloud.ImageId, new JsonObject { ["networks"] = "auto", ["config_drive"] = true, ["security_groups"] = new JsonArray(new JsonObject { ["name"] = "default" }) }, "2.92");
        var old = await demo.CreateServerAsync(cloud.ImageId, new JsonObject { ["networks"] = null, ["block_device_mapping_v2"] = new JsonArray(device) }, "2.36");

        Assert.All([openstack, nova, old], answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
    }

    public static TheoryData<string, string, string> Refusals => new()
    {
        { """{"name": ""}""", "2.93", "1 to 255 characters" },
        { """{"name": "bad\u0007"}""", "2.93", "control character" },
        { """{"name": null}""", "2.93", "'name' is a required property" },
        { """{"flavorRef": "no-such"}""", "2.93", "Flavor no-such could not be found" },
        { """{"imageRef": "00000000-0000-0000-0000-000000000000"}""", "2.93", "Can not find requested image" },
        { """{"imageRef": ""}""", "2.93", "An image is needed" },
        { """{"networks": null}""", "2.37", "'networks' is a required property" },
        { """{"networks": [{"uuid": "11111111-1111-1111-1111-111111111111"}]}""", "2.93", "This cloud has no networks to choose from" },
        { """{"networks": [{"uuid": "11111111-1111-1111-1111-111111111111"}]}""", "2.1", "This cloud has no networks to choose from" },
        { """{"block_device_mapping_v2": [{"source_type": "volume", "uuid": "v", "boot_index": 0}]}""", "2.93", "This cloud has no volumes" },
        { """{"key_name": "no-such"}""", "2.93", "Invalid key_name provided" },
        { """{"user_data": "not base64!"}""", "2.93", "base64" },
        { """{"availability_zone": "mars"}""", "2.93", "requested availability zone is not available" },
        { """{"metadata": {"docker:command": "sh -c"}}""", "2.93", "must be a JSON list of texts" },
        { """{"metadata": {"a/b": "c"}}""", "2.93", "Invalid metadata key" },
        { """{"min_count": 3, "max_count": 2}""", "2.93", "min_count must be <= max_count" },
        { """{"min_count": 0}""", "2.93", "whole number from 1" },
        { """{"tags": ["a/b"]}""", "2.93", "Tag 'a/b' is invalid" },
        { """{"tags": ["a"]}""", "2.51", "'tags' was unexpected in microversion 2.51" },
        { """{"description": "d"}""", "2.18", "'description' was unexpected in microversion 2.18" },
        { """{"personality": [{"path": "/a", "contents": "YQ=="}]}""", "2.1", "Files cannot be injected" },
        { """{"security_groups": [{"name": "web"}]}""", "2.93", "This cloud has no security groups" },
        { """{"nonsense": 1}""", "2.93", "'nonsense' was unexpected" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Create_ThatCannotBe_IsRefusedInWords(string change, string version, string words)
    {
        using var demo = await cloud.DemoAsync();

        var answer = await demo.CreateServerAsync(cloud.ImageId, JsonNode.Parse(change)!.AsObject(), version);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(words, answer.TextAt("badRequest", "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pending", "waits for an administrator's approval")]
    [InlineData("rejected", "An administrator rejected")]
    [InlineData("revoked", "withdrew the approval")]
    [InlineData("managed", "snapshot of another project")]
    public async Task Create_OfAnImageThatIsNotApproved_IsForbiddenInWords(string state, string words)
    {
        using var admin = await cloud.AdminAsync();
        using var demo = await cloud.DemoAsync();
        var image = await NovaFixture.UploadAsync(admin, new JsonObject { ["visibility"] = "public" });
        (await PatchAsync(admin, image, "docker_approval", state)).Expect(HttpStatusCode.OK);

        var answer = await demo.CreateServerAsync(image);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains(words, answer.TextAt("forbidden", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_OfAnImageWhoseApprovalHasEnded_IsForbidden()
    {
        using var admin = await cloud.AdminAsync();
        var image = await NovaFixture.UploadAsync(admin);
        (await PatchAsync(admin, image, "docker_approval_expires", "2020-01-01T00:00:00Z")).Expect(HttpStatusCode.OK);

        var answer = await admin.CreateServerAsync(image);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("ended at 2020-01-01", answer.TextAt("forbidden", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_OfAnImageThatIsNotDocker_SaysWhatToUpload()
    {
        using var admin = await cloud.AdminAsync();
        var image = await NovaFixture.UploadAsync(admin, new JsonObject { ["container_format"] = "bare", ["disk_format"] = "qcow2" });

        var answer = await admin.CreateServerAsync(image);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("its container format is bare", answer.TextAt("badRequest", "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("min_ram", 1024, "Flavor's memory is too small")]
    [InlineData("min_disk", 2, "Flavor's disk is too small")]
    public async Task Create_WithAFlavorThatIsTooSmall_SaysWhatIsShort(string property, int value, string words)
    {
        using var admin = await cloud.AdminAsync();
        var image = await NovaFixture.UploadAsync(admin, new JsonObject { [property] = value });

        var answer = await admin.CreateServerAsync(image);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(words, answer.TextAt("badRequest", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithAnothersPrivateImage_DoesNotFindIt()
    {
        using var admin = await cloud.AdminAsync();
        using var demo = await cloud.DemoAsync();
        var image = await NovaFixture.UploadAsync(admin);

        var answer = await demo.CreateServerAsync(image);

        Assert.Equal("Can not find requested image", answer.Expect(HttpStatusCode.BadRequest).TextAt("badRequest", "message"));
    }

    [Fact]
    public async Task Create_ThatTheHostRefuses_EndsInErrorWithTheHostsWords()
    {
        using var demo = await cloud.DemoAsync();
        cloud.Driver.FailNext("spawn", HttpStatusCode.Forbidden, "image_changed", "Image 'app' is not what was approved.", name: "refused");

        var id = (await demo.CreateServerAsync(cloud.ImageId, new JsonObject { ["name"] = "refused" })).TextAt("server", "id")!;
        var failed = await cloud.ReachAsync(demo, id, "ERROR");

        Assert.Equal("Image 'app' is not what was approved.", failed.TextAt("server", "fault", "message"));
        Assert.Equal([("create", "Image 'app' is not what was approved.")], await demo.ActionsAsync(id));
        Assert.DoesNotContain(id, cloud.Driver.Instances);
    }

    [Fact]
    public async Task Create_WhileTheHostIsClosed_SaysWhoClosedIt()
    {
        using var admin = await cloud.AdminAsync();
        var services = await admin.NovaAsync("GET", "/os-services?binary=nova-compute");
        var service = services.TextAt("services", "0", "id");
        (await admin.NovaAsync("PUT", $"/os-services/{service}", new JsonObject { ["status"] = "disabled", ["disabled_reason"] = "new disks" })).Expect(HttpStatusCode.OK);
        try
        {
            var id = (await admin.CreateServerAsync(cloud.ImageId)).TextAt("server", "id")!;
            var failed = await cloud.ReachAsync(admin, id, "ERROR");

            Assert.StartsWith("No valid host was found.", failed.TextAt("server", "fault", "message"), StringComparison.Ordinal);
            Assert.Contains("new disks", failed.TextAt("server", "fault", "message"), StringComparison.Ordinal);
        }
        finally
        {
            (await admin.NovaAsync("PUT", $"/os-services/{service}", new JsonObject { ["status"] = "enabled" })).Expect(HttpStatusCode.OK);
        }
    }

    private static (string? Status, string? VmState, string? TaskState) States(Answer answer) =>
        (answer.TextAt("server", "status"), answer.TextAt("server", "OS-EXT-STS:vm_state"), answer.TextAt("server", "OS-EXT-STS:task_state"));

    private static async Task<Answer> PatchAsync(HttpClient client, string image, string property, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri($"/image/v2/images/{image}", UriKind.Relative));
        var patch = new JsonArray(new JsonObject { ["op"] = "add", ["path"] = $"/{property}", ["value"] = value });
        request.Content = new StringContent(patch.ToJsonString(), Encoding.UTF8, "application/openstack-images-v2.1-json-patch");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(answer.StatusCode, answer.Headers, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), default);
    }
}
