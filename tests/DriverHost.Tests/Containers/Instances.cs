using System.Text.Json;
using DriverHost.Client;
using TestKit;

namespace DriverHost.Tests.Containers;

/// <summary>The instances that a test makes, removed at its end.</summary>
internal sealed class Instances(RunningDriverHost host) : IAsyncDisposable
{
    private readonly List<string> _made = [];

    public string NewId()
    {
        var id = TestSpecs.NewId();
        _made.Add(id);
        return id;
    }

    public Task<HostInstance> SpawnAsync(InstanceSpec spec) => host.Operator.SpawnAsync(NewId(), spec, TestContext.Current.CancellationToken);

    /// <summary>Spawns what must fail.</summary>
    /// <returns>The refusal, and the instance as it is afterwards.</returns>
    public async Task<(DriverHostException Refused, HostInstance Instance)> FailAsync(InstanceSpec spec)
    {
        var id = NewId();
        var refused = await Assert.ThrowsAsync<DriverHostException>(() => host.Operator.SpawnAsync(id, spec, TestContext.Current.CancellationToken));
        return (refused, await host.Operator.GetAsync(id, TestContext.Current.CancellationToken));
    }

    /// <summary>The engine's own words on an instance's container.</summary>
    public static async Task<JsonElement> InspectAsync(HostInstance instance)
    {
        using var document = JsonDocument.Parse(await Engine.DockerAsync("inspect", instance.ContainerId!));
        return document.RootElement[0].Clone();
    }

    /// <summary>What a command says inside an instance's container, trimmed.</summary>
    public static Task<string> RunAsync(HostInstance instance, string script) => Engine.DockerAsync("exec", instance.ContainerId!, "sh", "-c", script);

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _made)
        {
            await host.Operator.DeleteAsync(id, CancellationToken.None);
        }
    }
}
