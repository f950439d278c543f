namespace Dashboard.Hosts;

/// <summary>A driver host that this dashboard speaks to.</summary>
/// <param name="Name">As Nova calls its compute host.</param>
/// <param name="Http">Its pooled connections, which all sessions share.</param>
/// <param name="Id">Its own id when it was added on the page Hosts; null for the one of the settings.</param>
internal sealed record KnownHost(string Name, Uri Url, HttpClient Http, string? Id = null);
