using System.Globalization;

namespace Benchmarks.Measuring;

/// <summary>One row of the README's table: ours beside the reference, both medians of the same run.</summary>
/// <param name="Unit">Of both values: ms, lines/s.</param>
/// <param name="Goal">In words: "≤ 1.25×".</param>
/// <param name="Notes">What else was seen: memory, spread.</param>
internal sealed record Figure(string What, double Ours, string Reference, double ReferenceValue, string Unit, string Goal, string Notes)
{
    public const string Head = "| what | ours | reference | ratio | goal | notes |\n|---|---|---|---|---|---|";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {What} | {Number(Ours)} {Unit} | {Reference}: {Number(ReferenceValue)} {Unit} | {Ours / ReferenceValue:0.00}× | {Goal} | {Notes} |");

    private static string Number(double value) => value.ToString(value >= 100 ? "#,0" : "0.0", CultureInfo.InvariantCulture);
}
