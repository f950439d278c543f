namespace Dashboard.Instances;

/// <summary>
/// Keeps rows where they are: they are put in order when the order is chosen, not when a state changes. Rows that came since wait until
/// they are let in, at the top.
/// </summary>
internal sealed class RowOrder
{
    private List<string> _ids = [];
    private HashSet<string> _known = [];
    private List<string> _waiting = [];
    private string? _sort;
    private bool _ordered;

    /// <summary>How many came since, and are not in the list.</summary>
    public int Waiting => _waiting.Count;

    public IReadOnlyList<InstanceView> Arrange(IReadOnlyList<InstanceView> views, InstanceFilter filter)
    {
        if (!_ordered || _sort != filter.Sort)
        {
            (_ordered, _sort) = (true, filter.Sort);
            _ids = [.. filter.Order(views).Select(v => v.Id)];
            _known = [.. _ids];
            _waiting = [];
        }

        var byId = views.ToDictionary(v => v.Id, StringComparer.Ordinal);
        _waiting = [.. views.Where(v => !_known.Contains(v.Id)).OrderByDescending(v => v.Created).Select(v => v.Id)];
        return [.. _ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    /// <summary>Orders anew at the next arrangement: the rows that are there now are all old ones.</summary>
    public void Reset() => _ordered = false;

    public void LetIn()
    {
        _ids.InsertRange(0, _waiting);
        _known.UnionWith(_waiting);
        _waiting = [];
    }
}
