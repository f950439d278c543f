using Dashboard.Hosting;
using TestKit;

namespace Dashboard.Tests.Hosting;

/// <summary>The samples of settings that operators begin with.</summary>
public sealed class DeployTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Dashboard", "Deploy");

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Folder, "*.env").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_AsItIs_StartsTheProductWithSettingsThatTheReadmeNames(string sample)
    {
        var settings = File.ReadLines(Path.Combine(Folder, sample)).Where(l => l.Contains('=') && !l.StartsWith('#')).Select(l => l.Split('=', 2)).ToDictionary(p => p[0].Replace("__", ":", StringComparison.Ordinal), p => p[1]);
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.Empty(ProductSettings.Problems(ProductSettings.Read([.. settings.SelectMany(s => new[] { $"--{s.Key}", s.Value })])));
        Assert.All(settings.Keys, key => Assert.Contains($"`{key.Replace(":0", "", StringComparison.Ordinal)}", readme, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dashboard")]
    [InlineData("driver-host")]
    public void Unit_StartsTheProgramWithItsSample(string name)
    {
        var unit = File.ReadAllLines(Path.Combine(Folder, $"{name}.service"));

        Assert.Contains("ExecStart=/usr/bin/dotnet /opt/dashboard/Dashboard.dll", unit);
        Assert.Contains($"EnvironmentFile=/etc/dashboard/{name}.env", unit);
        Assert.True(File.Exists(Path.Combine(Folder, $"{name}.env")));
        // systemd makes the folder that the sample names.
        var state = unit.Single(l => l.StartsWith("StateDirectory=", StringComparison.Ordinal)).Split('=')[1];
        Assert.Contains($"Data__Path=/var/lib/{state}", File.ReadAllLines(Path.Combine(Folder, $"{name}.env")));
    }
}
