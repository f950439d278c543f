namespace Dashboard.SignIn;

/// <summary>How a sign-in ended.</summary>
internal enum SessionEnd
{
    /// <summary>Its token ran out.</summary>
    Expired,

    /// <summary>Signed out, here or in another tab.</summary>
    SignedOut,

    /// <summary>Keystone no longer takes its token: revoked, or the user or project was disabled.</summary>
    Refused,

    /// <summary>Another tab switched the project: the sign-in stands, but this page is of the old project.</summary>
    Switched,
}
