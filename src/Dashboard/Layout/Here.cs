namespace Dashboard.Layout;

/// <summary>What the present page is in another project.</summary>
internal static class Here
{
    /// <summary>The first segment with its query: of a page of one thing (an instance) only its list exists there, for a list its filter stays.</summary>
    public static string OfOtherProject(string uri)
    {
        var address = new Uri(uri);
        var next = address.AbsolutePath.IndexOf('/', 1);
        return next > 0 ? address.AbsolutePath[..next] : address.PathAndQuery;
    }
}
