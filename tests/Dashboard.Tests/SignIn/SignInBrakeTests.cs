using Dashboard.SignIn;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.SignIn;

public sealed class SignInBrakeTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SignInBrake _brake;

    public SignInBrakeTests() => _brake = new SignInBrake(_clock);

    [Fact]
    public void TryEnter_SixthWrongPasswordInAMinute_Waits()
    {
        Enter(SignInBrake.PerUser, "10.0.0.1", "demo");
        _clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(TimeSpan.FromSeconds(40), _brake.TryEnter("10.0.0.1", "DEMO"));
        Assert.Null(_brake.TryEnter("10.0.0.1", "other"));
        Assert.Null(_brake.TryEnter("10.0.0.2", "demo"));
    }

    [Fact]
    public void TryEnter_AfterTheWindow_GoesOn()
    {
        Enter(SignInBrake.PerUser + 3, "10.0.0.1", "demo");

        _clock.Advance(SignInBrake.Window);

        Assert.Null(_brake.TryEnter("10.0.0.1", "demo"));
    }

    [Fact]
    public void TryEnter_ManyNamesFromOneAddress_Waits()
    {
        for (var i = 0; i < SignInBrake.PerAddress; i++)
        {
            Assert.Null(_brake.TryEnter("10.0.0.1", $"user-{i}"));
        }

        Assert.NotNull(_brake.TryEnter("10.0.0.1", "one-more"));
    }

    [Fact]
    public void Succeeded_RightPassword_ClearsTheUsersCount()
    {
        Enter(SignInBrake.PerUser, "10.0.0.1", "demo");

        _brake.Succeeded("10.0.0.1", "demo");

        Assert.Null(_brake.TryEnter("10.0.0.1", "demo"));
    }

    private void Enter(int times, string address, string user)
    {
        for (var i = 0; i < times; i++)
        {
            _brake.TryEnter(address, user);
        }
    }
}
