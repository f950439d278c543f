using System.Text.RegularExpressions;
using DriverHost.Client;
using DriverHost.Http;

namespace DriverHost.Terminal;

/// <summary>Refuses what no terminal could be opened with, in words.</summary>
internal static partial class TerminalRequestCheck
{
    private const int MostWords = 100;
    private const int MostLetters = 8192;
    private const int MostPath = 4096;
    private const int MostSize = 1000;

    public static void Require(TerminalRequest request)
    {
        if (request.Command is { Count: > MostWords } || request.Command?.Sum(word => word.Length) > MostLetters)
        {
            throw DriverFailure.Invalid($"command is at most {MostWords} words and {MostLetters} characters.");
        }

        if (request.Command is [{ Length: 0 }, ..] || request.Command?.Any(word => word.Contains('\0')) is true)
        {
            throw DriverFailure.Invalid("command is a program and its arguments, without NUL characters.");
        }

        if (request.User is { } user && !UserPattern().IsMatch(user))
        {
            throw DriverFailure.Invalid("user is a name or a number of the image, like app, 1000 or app:staff.");
        }

        if (request.WorkingDir is { } directory && (!directory.StartsWith('/') || directory.Length > MostPath || directory.Any(char.IsControl)))
        {
            throw DriverFailure.Invalid($"working_dir is an absolute path of at most {MostPath} characters, like /srv/app.");
        }

        RequireSize(request.Cols, request.Rows);
    }

    public static void RequireSize(int cols, int rows)
    {
        if (cols is < 1 or > MostSize || rows is < 1 or > MostSize)
        {
            throw DriverFailure.Invalid($"cols and rows are 1 to {MostSize}.");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?$", RegexOptions.CultureInvariant)]
    private static partial Regex UserPattern();
}
