using Dashboard.Theme;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Theme;

public sealed class ThemeChoiceTests
{
    [Theory]
    [InlineData("", "system", "light")]
    [InlineData("dashboard-theme=dark", "dark", "dark")]
    [InlineData("dashboard-theme=hc-dark; dashboard-theme-now=light", "hc-dark", "hc-dark")]
    [InlineData("dashboard-theme=system; dashboard-theme-now=hc-light", "system", "hc-light")]
    [InlineData("dashboard-theme=\"><script>; dashboard-theme-now=\"><script>", "system", "light")]
    public void From_Cookies_IsOneOfTheThemes(string cookies, string choice, string resolved)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = cookies;

        Assert.Equal(new ThemeChoice(choice, resolved), ThemeChoice.From(context.Request.Cookies));
    }
}
