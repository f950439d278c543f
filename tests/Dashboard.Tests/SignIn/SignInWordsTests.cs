using System.Net;
using Dashboard.SignIn;
using OpenStack.Errors;

namespace Dashboard.Tests.SignIn;

public sealed class SignInWordsTests
{
    [Theory]
    [InlineData(401, "The request you have made requires authentication.", nameof(SignInFailure.WrongCredentials), "Check both")]
    [InlineData(401, "The account is locked for user: 4f1b.", nameof(SignInFailure.Locked), "locked")]
    [InlineData(401, "The password is expired and needs to be changed for user: 4f1b.", nameof(SignInFailure.PasswordExpired), "Choose a new one")]
    [InlineData(401, "The password is expired.", nameof(SignInFailure.PasswordExpired), "Ask an operator for a new one")]
    [InlineData(401, "User is disabled: 4f1b.", nameof(SignInFailure.Disabled), "switched off")]
    [InlineData(429, "Slow down.", nameof(SignInFailure.TooMany), "Wait a minute")]
    [InlineData(500, "Database gone", nameof(SignInFailure.KeystoneDown), "Database gone. Try again in a minute, or tell an operator (request req-7).")]
    public void Explain_Refusal_HasItsOwnWords(int status, string keystone, string failure, string words)
    {
        var result = SignInWords.Explain(Refusal((HttpStatusCode)status, keystone), "Default");

        Assert.Equal(failure, result.Failure.ToString());
        Assert.Contains(words, result.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_NoAnswer_IsKeystoneDown()
    {
        Assert.Equal(SignInFailure.KeystoneDown, SignInWords.Explain(Refusal(null, "Keystone does not answer."), "Default").Failure);
    }

    [Fact]
    public void Explain_Expired_NamesTheUserWhomTheChangeIsFor()
    {
        var result = SignInWords.Explain(Refusal(HttpStatusCode.Unauthorized, "The password is expired and needs to be changed for user: 9f3c0a."), "Default");

        Assert.Equal("9f3c0a", result.ExpiredUserId);
    }

    [Fact]
    public void Explain_OtherDomain_NamesTheDomainAsAPossibleCause()
    {
        Assert.Contains("Check all three", SignInWords.Explain(Refusal(HttpStatusCode.Unauthorized, "no"), "science").Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "The password does not meet expected requirements", "The password does not meet expected requirements. Choose another.")]
    [InlineData(401, "no", "did not accept the current password")]
    public void ExplainChange_Refusal_SaysWhy(int status, string keystone, string words)
    {
        Assert.Contains(words, SignInWords.ExplainChange(Refusal((HttpStatusCode)status, keystone)).Words, StringComparison.Ordinal);
    }

    private static OpenStackException Refusal(HttpStatusCode? status, string words) => new("identity", HttpMethod.Post, null, status, words, "req-7");
}
