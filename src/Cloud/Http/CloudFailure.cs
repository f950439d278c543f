namespace Cloud.Http;

internal enum FailureKind
{
    Invalid = 400,
    Unauthorized = 401,
    Forbidden = 403,
    NotFound = 404,
    MethodNotAllowed = 405,
    NotAcceptable = 406,
    Conflict = 409,
    Gone = 410,
    TooLarge = 413,
    UnsupportedMediaType = 415,
    OverLimit = 429,
    Unexpected = 500,
    Unavailable = 503,
}

/// <summary>A refusal with words for the caller. <see cref="FaultsMiddleware"/> gives it the service's own error shape.</summary>
internal sealed class CloudFailure : Exception
{
    public CloudFailure(FailureKind kind, string message)
        : base(message) => Kind = kind;

    public FailureKind Kind { get; }

    public static CloudFailure NotFound(string message) => new(FailureKind.NotFound, message);
    public static CloudFailure Invalid(string message) => new(FailureKind.Invalid, message);
    public static CloudFailure Conflict(string message) => new(FailureKind.Conflict, message);
    public static CloudFailure Forbidden(string message) => new(FailureKind.Forbidden, message);
}
