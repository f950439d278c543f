namespace TestKit;

/// <summary>Finds the repository's root from wherever a test runs.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The configuration that this test was built in: <c>debug</c> or <c>release</c>.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name;

    /// <summary>The product as built beside this test: in Release what run.sh starts.</summary>
    public static string ProductDll => Path.Combine(Root, "artifacts", Configuration == "release" ? "publish" : "bin", "Dashboard", Configuration, "Dashboard.dll");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Dashboard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Dashboard.sln was not found above the test.");
    }
}
