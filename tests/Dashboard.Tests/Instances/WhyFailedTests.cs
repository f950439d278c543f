using Dashboard.Hosts;
using Dashboard.Instances;
using Dashboard.Tests.Launch;
using OpenStack.Nova;
using NovaAction = OpenStack.Nova.InstanceAction;

namespace Dashboard.Tests.Instances;

/// <summary>The shapes are those that a real Nova of the release Zed answered with.</summary>
public sealed class WhyFailedTests
{
    private const string Retries = "Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for instance 9651f5a0-9902-41cc-8440-22fb7cca3f0f.";

    private static readonly NovaAction Unscheduled = new()
    {
        Action = "create",
        RequestId = "req-81bee0ad",
        StartTime = new DateTime(2026, 11, 28, 22, 54, 16),
        Message = "Error",
        Events = [new("conductor_schedule_and_build_instances", null, new DateTime(2026, 11, 28, 22, 54, 17), "Error")],
    };

    [Fact]
    public void NoHost_ToAMember_SaysWhatWasAskedForAndWhatToDo()
    {
        var why = Failed("No valid host was found. ", action: Unscheduled)!;

        Assert.Equal("No host could take it. It asks for 1 CPU, 512 MiB of memory, trait:CUSTOM_GPU=required, and Nova's scheduler found no host that is up, takes instances and has that.", why.What);
        Assert.Equal(["Nova's step conductor_schedule_and_build_instances failed at 22:54:17 UTC."], why.Evidence);
        Assert.Equal(["Launch it again later, or with a smaller flavor.", "If it fails again, give an operator the request id."], why.Steps);
        Assert.Equal("req-81bee0ad", why.RequestId);
    }

    [Fact]
    public void NoHost_OneIsDisabled_NamesItAndTheReason()
    {
        var why = Failed("No valid host was found. ", new HostsFacts([LaunchSamples.Service("disabled") with { DisabledReason = "new disk" }], []))!;

        Assert.Equal(["compute-1 takes no instances. Disabled: new disk"], why.Evidence);
        Assert.Equal("Enable the host under Hosts & services, or start its nova-compute; then launch the instance again.", Assert.Single(why.Steps));
    }

    [Fact]
    public void NoHost_OneIsDown_SaysSinceWhen()
    {
        var why = Failed("No valid host was found. ", new HostsFacts([LaunchSamples.Service(state: "down") with { UpdatedAt = TestInstances.Now.AddMinutes(-4).UtcDateTime }], []))!;

        Assert.Equal(["nova-compute on compute-1 is down: its last word is 4 min old."], why.Evidence);
    }

    [Fact]
    public void NoHost_TheyAreFull_SaysWhatIsLeft()
    {
        var scheduling = new Scheduling([new HostRoom("compute-1", new Room(16, 16, 4), new Room(3900, 4096, 4096), new Room(0, 100, 100)) { Traits = ["CUSTOM_GPU"] }], []);

        var why = Failed("No valid host was found. There are not enough hosts available.", Up, scheduling)!;

        Assert.Equal(["compute-1 is too full or too small: 0 CPUs left for one instance, 1 asked for; 196 MiB of memory left for one instance, 512 MiB asked for."], why.Evidence);
        Assert.Equal(["Launch it with a smaller flavor, or delete instances that nobody needs."], why.Steps);
    }

    [Fact]
    public void NoHost_AllAreUpWithRoom_PointsToWhatElseRulesAHostOut()
    {
        var why = Failed("No valid host was found. ", Up, Roomy("CUSTOM_GPU"))!;

        Assert.StartsWith("The compute host is up, with room: a trait of the flavor", Assert.Single(why.Evidence), StringComparison.Ordinal);
    }

    [Fact]
    public void NoHost_NoneHasTheTraitOfTheFlavor_NamesIt()
    {
        var why = Failed("No valid host was found. ", Up, Roomy("CUSTOM_DOCKER_HOST"))!;

        Assert.Equal(["No host has the trait CUSTOM_GPU, which the flavor requires."], why.Evidence);
        Assert.Equal("Launch it with a flavor that asks for something else, or give a host the trait: openstack resource provider trait set.", Assert.Single(why.Steps));
    }

    [Fact]
    public void NoHost_EachHasATraitThatTheFlavorForbids_NamesIt()
    {
        var why = Failed("No valid host was found. ", Up, Roomy("CUSTOM_GPU"), trait: "forbidden")!;

        Assert.Equal(["Every host has the trait CUSTOM_GPU, which the flavor forbids."], why.Evidence);
    }

    [Fact]
    public void NoHost_NovaKnowsNone_SaysHowOneIsMade()
    {
        var why = Failed("No valid host was found. ", new HostsFacts([], []))!;

        Assert.Equal(["Nova knows no nova-compute at all."], why.Evidence);
        Assert.Contains("discover_hosts", Assert.Single(why.Steps), StringComparison.Ordinal);
    }

    [Fact]
    public void Retries_TellsWhatTheLastHostSaid()
    {
        var action = Unscheduled with
        {
            Events = [new("compute__do_build_and_run_instance", null, null, "Error", "Build of instance 9651f5a0-9902-41cc-8440-22fb7cca3f0f was re-scheduled: The engine does not answer."), new("conductor_build_instances", null, null, "Success")],
        };

        var why = Failed(Retries, Up, action: action)!;

        Assert.Equal("Every host that Nova tried gave up on it.", why.What);
        Assert.Equal("The last one said: The engine does not answer.", why.Evidence[0]);
    }

    [Fact]
    public void Refusal_OfTheDriverHost_IsItsWordsAndTheirRemedy()
    {
        var why = Failed("Build of instance 9651f5a0-9902-41cc-8440-22fb7cca3f0f aborted: Image 'other' waits for an administrator's approval. Until then it cannot boot.")!;

        Assert.Equal("Image 'other' waits for an administrator's approval. Until then it cannot boot.", why.What);
        Assert.Equal(["Ask an administrator to review the image, or launch from an approved one."], why.Steps);
    }

    [Fact]
    public void Traceback_ShownByNova_IsPassedOn() =>
        Assert.Equal("Traceback: x", WhyFailed.Of(new FailureFacts(Server("ERROR") with { Fault = new ServerFault(500, "x", Details: "Traceback: x") }, null, Up, Scheduling.None), TestInstances.Now)!.Traceback);

    [Fact]
    public void Build_YoungerThanAMinute_IsNotAskedAbout() =>
        Assert.Null(WhyFailed.Of(new FailureFacts(Server("BUILD") with { Created = TestInstances.Now.AddSeconds(-59) }, null, null, Scheduling.None), TestInstances.Now));

    [Fact]
    public void Build_NoHostChosen_NamesTheServiceThatIsDown()
    {
        var services = new HostsFacts([LaunchSamples.Service(), LaunchSamples.Service(state: "down") with { Binary = "nova-scheduler" }], []);

        var why = WhyFailed.Of(new FailureFacts(Server("BUILD") with { Created = TestInstances.Now.AddMinutes(-3), TaskState = "scheduling" }, null, services, Scheduling.None), TestInstances.Now)!;

        Assert.Equal("It has waited for 3 min, and Nova has not chosen a host for it yet.", why.What);
        Assert.StartsWith("nova-scheduler on compute-1 is down", Assert.Single(why.Evidence), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OnAHostThatIsDown_NamesIt()
    {
        var services = new HostsFacts([LaunchSamples.Service(state: "down"), LaunchSamples.Service(state: "down") with { Host = "compute-2" }], []);

        var why = WhyFailed.Of(
            new FailureFacts(Server("BUILD") with { Created = TestInstances.Now.AddMinutes(-3), TaskState = "spawning", Host = "compute-1" }, null, services, Scheduling.None), TestInstances.Now)!;

        Assert.Equal("A host was chosen, and has been at it for 3 min.", why.What);
        Assert.StartsWith("nova-compute on compute-1 is down", Assert.Single(why.Evidence), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ACTIVE")]
    [InlineData("SHUTOFF")]
    public void Works_IsNotExplained(string status) => Assert.Null(WhyFailed.Of(new FailureFacts(Server(status), null, Up, Scheduling.None), TestInstances.Now));

    private static HostsFacts Up => new([LaunchSamples.Service()], []);

    private static Server Server(string status) => TestInstances.Server("web", status);

    private static Scheduling Roomy(string trait) =>
        new([new HostRoom("compute-1", new Room(0, 16, 16), new Room(0, 4096, 4096), new Room(0, 100, 100)) { Traits = [trait] }], []);

    private static Explanation? Failed(string fault, HostsFacts? hosts = null, Scheduling? scheduling = null, NovaAction? action = null, string trait = "required")
    {
        var flavor = new ServerFlavor { OriginalName = "m1.tiny", Vcpus = 1, Ram = 512, ExtraSpecs = new Dictionary<string, string> { ["trait:CUSTOM_GPU"] = trait } };
        return WhyFailed.Of(new FailureFacts(Server("ERROR") with { Flavor = flavor, Fault = new ServerFault(500, fault) }, action, hosts, scheduling ?? Scheduling.None), TestInstances.Now);
    }
}
