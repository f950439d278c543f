namespace Dashboard.Layout;

/// <summary>
/// A page that the server draws into the document when what it shows is at hand: it is read while its circuit opens. Until then it neither watches nor loads, and no
/// script of it runs.
/// </summary>
internal interface IDrawnFirst;
