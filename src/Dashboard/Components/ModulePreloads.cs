using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;

namespace Dashboard.Components;

/// <summary>
/// The modules that a page will import once its circuit stands, the shell's, and all that these import themselves: the document names them, so that the browser has
/// them by then and asks for none after the other.
/// </summary>
internal sealed partial class ModulePreloads(IWebHostEnvironment environment)
{
    private const string Shell = "js/shell.js";
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _graphs = new(StringComparer.Ordinal);

    /// <returns>Addresses relative to the page's base.</returns>
    public IReadOnlyList<string> Of(PathString path, string? tab) => _graphs.GetOrAdd(EntryOf(path.Value ?? "", tab) ?? Shell, Graph);

    private static string? EntryOf(string path, string? tab) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["logs"] => "js/log-viewer.js",
        ["instances"] or ["images"] => "js/menu.js",
        ["instances", "gone"] => null,
        ["instances", _] => tab switch
        {
            null or "log" => "js/log-viewer.js",
            "stats" => "js/stats-viewer.js",
            "terminal" => "js/terminal.js",
            _ => null,
        },
        _ => null,
    };

    private List<string> Graph(string entry)
    {
        var found = new List<string>();
        var open = new Queue<string>([entry, Shell]);
        while (open.TryDequeue(out var module))
        {
            var file = environment.WebRootFileProvider.GetFileInfo(module);
            if (found.Contains(module) || !file.Exists)
            {
                continue;
            }

            found.Add(module);
            foreach (Match import in StaticImport().Matches(Read(file)))
            {
                open.Enqueue(new Uri(new Uri($"http://site/{module}"), import.Groups["path"].Value).AbsolutePath[1..]);
            }
        }

        return found;
    }

    private static string Read(IFileInfo file)
    {
        using var reader = new StreamReader(file.CreateReadStream());
        return reader.ReadToEnd();
    }

    [GeneratedRegex("""^(import|export)\b[^"';]*"(?<path>\.{1,2}/[^"]+)";""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex StaticImport();
}
