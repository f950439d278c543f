namespace Dashboard.Instances;

/// <summary>What the list shows and in which order; all of it stands in the page's address.</summary>
/// <param name="Text">Part of a name, id, address, image, flavor or state.</param>
/// <param name="Group">Null shows all.</param>
/// <param name="Sort">A column, with a minus before it when turned round; null puts the troubled first.</param>
internal sealed record InstanceFilter(string Text, StateGroup? Group, string? Sort)
{
    public static readonly InstanceFilter All = new("", null, null);
    private static readonly string[] Columns = ["name", "state", "image", "flavor", "address", "age"];

    public bool IsEmpty => Text.Length == 0 && Group is null;

    /// <summary>From the address. What nobody can mean is left out.</summary>
    public static InstanceFilter Of(string? text, string? group, string? sort) => new(
        text?.Trim() ?? "",
        Enum.TryParse<StateGroup>(group, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null,
        sort is not null && Columns.Contains(sort.TrimStart('-')) ? sort : null);

    public string Address
    {
        get
        {
            var parts = new List<string>();
            if (Text.Length > 0)
            {
                parts.Add($"q={Uri.EscapeDataString(Text)}");
            }

            if (Group is { } group)
            {
                parts.Add($"state={group.ToString().ToLowerInvariant()}");
            }

            if (Sort is not null)
            {
                parts.Add($"sort={Sort}");
            }

            return parts.Count == 0 ? "/instances" : $"/instances?{string.Join('&', parts)}";
        }
    }

    /// <summary>The order after a click on a column's head: up, down, then the usual one again.</summary>
    public InstanceFilter SortedBy(string column) => this with { Sort = Sort == column ? $"-{column}" : Sort == $"-{column}" ? null : column };

    /// <summary>As <c>aria-sort</c> wants it; null for the columns that do not sort now.</summary>
    public string? SortOf(string column) => Sort == column ? "ascending" : Sort == $"-{column}" ? "descending" : null;

    public bool Shows(InstanceView view) => (Group is null || view.Standing.Group == Group) && Matches(view);

    public IEnumerable<InstanceView> Order(IEnumerable<InstanceView> views) => Sort is null
        ? views.OrderBy(v => v.Standing.Group).ThenByDescending(v => v.Created).ThenBy(v => v.Id, StringComparer.Ordinal)
        : Sort.StartsWith('-') ? views.OrderByDescending(v => Key(v, Sort[1..]), StringComparer.OrdinalIgnoreCase) : views.OrderBy(v => Key(v, Sort), StringComparer.OrdinalIgnoreCase);

    private bool Matches(InstanceView view) => Text.Length == 0
        || new[] { view.Name, view.Id, view.Address, view.ImageName, view.FlavorName, view.Standing.Word, view.Standing.Detail }.Any(part => part?.Contains(Text, StringComparison.OrdinalIgnoreCase) == true);

    private static string Key(InstanceView view, string column) => column switch
    {
        "state" => $"{(int)view.Standing.Group} {view.Standing.Word}",
        "image" => view.ImageName,
        "flavor" => $"{view.Facts.Server.Flavor?.Ram:D9} {view.FlavorName}",
        "address" => Padded(view.Address),
        // Ascending by age is the newest first.
        "age" => (long.MaxValue - view.Created.UtcTicks).ToString("D20", System.Globalization.CultureInfo.InvariantCulture),
        _ => view.Name,
    };

    private static string Padded(string? address) => address is null ? "~" : string.Join('.', address.Split('.').Select(part => part.PadLeft(3, '0')));
}
