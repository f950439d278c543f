using Dashboard.Components;

namespace Dashboard.Tests.Components;

public sealed class VisibleTests
{
    [Theory]
    [InlineData("web-1", "web-1")]
    [InlineData("<b>שלום</b>", "<b>שלום</b>")]
    [InlineData("photo\u202egnp.exe", "photo⟨U+202E⟩gnp.exe")]
    [InlineData("\u2066a\u2069\ufeff\u200b", "⟨U+2066⟩a⟨U+2069⟩⟨U+FEFF⟩⟨U+200B⟩")]
    [InlineData("\u001b[31mred\u0000\u007f\u009b", "␛[31mred␀␡⟨U+009B⟩")]
    [InlineData("two\nlines\tand 👩\u200d🚀", "two\nlines\tand 👩\u200d🚀")]
    public void Of_ControlAndDirectionCharacters_AreShownInsteadOfObeyed(string text, string shown) => Assert.Equal(shown, Visible.Of(text));
}
