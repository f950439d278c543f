using MudBlazor;

namespace Dashboard.Components;

/// <summary>A question before something is lost or decided.</summary>
/// <param name="Title">The question itself: "Delete 2 instances?"</param>
/// <param name="Body">What is lost and what is kept.</param>
/// <param name="Verb">The button: "Delete".</param>
/// <param name="TypeName">What must be typed to go on; only for revoking and for more than ten items.</param>
/// <param name="ReasonLabel">Asks for a reason under this label.</param>
/// <param name="Alternative">A second way out, before the verb: "Snapshot first…".</param>
/// <param name="Command">The openstack command that does the same.</param>
public sealed record ConfirmQuestion(
    string Title, IReadOnlyList<string> Body, string Verb, bool Destructive = true, string? TypeName = null, string? ReasonLabel = null, bool ReasonRequired = false,
    string? Alternative = null, string? Command = null);

/// <param name="Reason">Empty when none was asked for.</param>
/// <param name="Alternative">The second way out was taken instead.</param>
public sealed record Confirmation(string Reason, bool Alternative = false);

public static class ConfirmDialogs
{
    /// <returns>Null when it was cancelled.</returns>
    public static async Task<Confirmation?> ConfirmAsync(this IDialogService dialogs, ConfirmQuestion question)
    {
        var options = new DialogOptions { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true, CloseOnEscapeKey = true };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(null, new DialogParameters<ConfirmDialog> { { d => d.Question, question } }, options);
        var result = await dialog.Result;
        return result is { Canceled: false, Data: Confirmation yes } ? yes : null;
    }
}
