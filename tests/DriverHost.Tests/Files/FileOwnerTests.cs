using DriverHost.Files;

namespace DriverHost.Tests.Files;

public sealed class FileOwnerTests
{
    private const string Users = "root:x:0:0:root:/root:/bin/sh\nnonsense\napp:x:7:8:App:/srv/app/:/bin/sh\nup:x:9:9::/../../etc:/bin/sh\ntop:x:10:10::/:/bin/sh\nodd:x:seven:8::/a:/bin/sh";
    private const string Groups = "root:x:0:\nstaff:x:50:app";

    [Theory]
    [InlineData(null, 0, 0, "/root", "root")]
    [InlineData("", 0, 0, "/root", "root")]
    [InlineData("root", 0, 0, "/root", "root")]
    [InlineData("app", 7, 8, "/srv/app", "user")]
    [InlineData("7", 7, 8, "/srv/app", "user")]
    [InlineData("app:staff", 7, 50, "/srv/app", "user")]
    [InlineData("app:51", 7, 51, "/srv/app", "user")]
    [InlineData("1000", 1000, 0, "/root", "user")]
    [InlineData("1000:1001", 1000, 1001, "/root", "user")]
    [InlineData("up", 9, 9, "/home/9", "user")]
    [InlineData("top", 10, 10, "/home/10", "user")]
    [InlineData("odd", 0, 0, "/root", "root")]
    [InlineData("nobody-knows", 0, 0, "/root", "root")]
    [InlineData("app:nobody-knows", 0, 0, "/root", "root")]
    [InlineData("a:b:c", 0, 0, "/root", "root")]
    public void Owner_IsFoundInTheInstancesOwnWords(string? user, int uid, int gid, string home, string why) => Assert.Equal(new FileOwner(uid, gid, why) { Home = home }, FileOwner.Find(user, Users, Groups));
}
