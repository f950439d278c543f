using Dashboard.ApiAccess;
using TestKit;

namespace Dashboard.Tests.ApiAccess;

public sealed class ClientFilesTests
{
    private static readonly ApiFacts Odd = new TestApiAccess().Facts with { UserName = "o'brien $(id)", ProjectName = "Füße \"und\" `mehr`: #1", Region = "Region \\ One" };

    [Fact]
    public async Task OpenRc_SourcedByAPlainShell_SetsTheNamesAndAsksForThePassword()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, OpenRc.Write(Odd), TestContext.Current.CancellationToken);

        var said = await Command.RunAsync(
            "sh", ["-c", $". {file}; printf '%s\\n' \"$OS_AUTH_URL\" \"$OS_USERNAME\" \"$OS_PROJECT_NAME\" \"$OS_REGION_NAME\" \"$OS_PASSWORD\" \"${{OS_TOKEN-unset}}\""],
            new Dictionary<string, string> { ["OS_TOKEN"] = "old" }, input: "pass word\\$x\n");

        File.Delete(file);
        Assert.Equal(
            ["http://cloud.test:5000/identity/v3", Odd.UserName, Odd.ProjectName, Odd.Region, "pass word\\$x", "unset"],
            said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(6));
        Assert.Equal("", said.Error);
    }

    [Fact]
    public async Task CloudsYaml_ReadByPython_HasTheNamesAndNoPassword()
    {
        var said = await Command.RunAsync(
            "/usr/bin/python3", ["-c", "import sys, yaml, json; print(json.dumps(yaml.safe_load(sys.stdin)))"], environment: null, input: CloudsYaml.Write(Odd));

        using var json = System.Text.Json.JsonDocument.Parse(said.Succeeded());
        var cloud = json.RootElement.GetProperty("clouds").EnumerateObject().Single();
        Assert.Equal(Odd.FileName, cloud.Name);
        Assert.Equal(Odd.Region, cloud.Value.GetProperty("region_name").GetString());
        var auth = cloud.Value.GetProperty("auth");
        Assert.Equal((Odd.UserName, Odd.ProjectName), (auth.GetProperty("username").GetString(), auth.GetProperty("project_name").GetString()));
        Assert.False(auth.TryGetProperty("password", out _));
    }

    [Theory]
    [InlineData("genomics", "genomics-openrc.sh")]
    [InlineData("../etc/passwd", "etc-passwd-openrc.sh")]
    [InlineData("日本", "project-openrc.sh")]
    public void OpenRcName_AnyProject_IsAPlainFileName(string project, string name) => Assert.Equal(name, (Odd with { ProjectName = project }).OpenRcName);
}
