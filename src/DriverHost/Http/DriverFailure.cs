namespace DriverHost.Http;

/// <summary>A refusal with words for people and a stable code for programs. <see cref="ProblemsMiddleware"/> turns it into problem details.</summary>
internal sealed class DriverFailure : Exception
{
    public DriverFailure(int status, string code, string message, Exception? inner = null)
        : base(message, inner)
    {
        Status = status;
        Code = code;
    }

    public int Status { get; }
    public string Code { get; }

    public static DriverFailure NotFound(string message) => new(404, "not_found", message);
    public static DriverFailure Invalid(string message) => new(400, "invalid", message);
    public static DriverFailure Forbidden(string message) => new(403, "forbidden", message);
    public static DriverFailure Conflict(string code, string message) => new(409, code, message);
}
