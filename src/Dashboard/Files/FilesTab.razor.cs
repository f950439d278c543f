using System.Globalization;
using Dashboard.Components;
using Dashboard.Instances;
using DriverHost.Client;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Dashboard.Files;

/// <summary>What one instance's files differ in from its image's, running or stopped.</summary>
public sealed partial class FilesTab : IAsyncDisposable
{
    private const int MostShown = 500;
    private const int MostIndent = 16;
    private static readonly (string? Change, string Word)[] Kinds = [(null, "All"), ("added", "Added"), ("changed", "Changed"), ("deleted", "Deleted")];
    private Watched<ChangeList> _asked = null!;
    private ChangeTree? _tree;
    private HashSet<string> _open = [];
    private string? _change;
    private string _text = "";
    private bool _bySize;

    [Inject] private IInstanceCloud Cloud { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    [Parameter, EditorRequired] public InstanceView View { get; set; } = default!;

    private string OutsideWords
    {
        get
        {
            var outside = _tree!.List.Outside.Select(o => $"{Visible.Of(o.Path)} ({(o.Kind == "tmpfs" ? "memory" : o.Kind)})").ToArray();
            return outside.Length == 0 ? "" : $"Mounted from elsewhere, so neither in this list nor in a snapshot: {string.Join(", ", outside)}.";
        }
    }

    public ValueTask DisposeAsync() => _asked.DisposeAsync();

    protected override void OnInitialized()
    {
        _asked = new Watched<ChangeList>(Time, stop => Cloud.GetChangesAsync(View.Id, stop), Changed, DispatchExceptionAsync);
        _asked.Start(null);
    }

    private Task AskAsync() => _asked.Asking ? Task.CompletedTask : _asked.AskAsync();

    private void Changed()
    {
        if (_asked.Value is { } list && list != _tree?.List)
        {
            // A folder that was not there before is open, as at first; those that were closed stay so.
            var known = _tree?.Folders().ToHashSet(StringComparer.Ordinal) ?? [];
            _tree = new ChangeTree(list);
            _open.UnionWith(_tree.OpenAtFirst.Except(known));
        }

        StateHasChanged();
    }

    private void Toggle(string path)
    {
        if (!_open.Remove(path))
        {
            _open.Add(path);
        }
    }

    private void OpenAll() => _open = [.. _tree!.Folders()];

    private void ClearFilter() => (_text, _change) = ("", null);

    private string Summary(int rows)
    {
        var sizes = _tree!.List.SizesKnown ? $"{Units.Bytes(_tree.Bytes)} added or changed" : "the host cannot see the sizes";
        return rows > MostShown ? $"The first {MostShown} of {Number(rows)} rows are shown: filter, or close folders · {sizes}"
            : _tree.List.More ? $"There are more: the host tells the first {Number(_tree.List.Changes.Count)} · {sizes}"
            : sizes;
    }

    /// <summary>Nothing where nothing is known, or where nothing is left.</summary>
    private string Size(ChangeNode node) => !_tree!.List.SizesKnown || (node.Bytes == 0 && node.Record?.SizeBytes is null) ? "–" : Units.Bytes(node.Bytes);

    private static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Mark(string change) => change switch { "added" => "+", "deleted" => "−", _ => "±" };

    private static string Icon(ChangeNode node) => node.IsFolder ? Icons.Material.Outlined.Folder
        : node.Record?.Type == "link" ? Icons.Material.Outlined.Link
        : Icons.Material.Outlined.InsertDriveFile;

    private static Problem Words(Exception failure) => failure is DriverHostException { StatusCode: System.Net.HttpStatusCode.NotFound }
        ? new Problem("The files could not be compared.", "No driver host of this cloud has this instance.", "")
        : Problem.Of("The files could not be compared.", failure);
}
