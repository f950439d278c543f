using System.Diagnostics;

namespace TestKit;

/// <summary>Runs a program as a person would, and gives back all that it said.</summary>
public sealed record Command(int ExitCode, string Output, string Error)
{
    public static Task<Command> RunAsync(string program, params string[] arguments) => RunAsync(program, arguments, environment: null);

    public static async Task<Command> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string? input = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input is not null };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }

        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return new Command(process.ExitCode, await output, await error);
    }

    /// <summary>Its standard output, trimmed; an exception with both streams when it failed.</summary>
    public string Succeeded() => ExitCode == 0 ? Output.Trim() : throw new InvalidOperationException($"Exit code {ExitCode}.\n{Output}\n{Error}");
}
