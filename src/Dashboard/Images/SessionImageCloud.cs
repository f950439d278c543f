using Dashboard.SignIn;
using OpenStack.Errors;
using OpenStack.Glance;
using OpenStack.Nova;

namespace Dashboard.Images;

/// <summary>The cloud as the signed-in user sees it.</summary>
internal sealed class SessionImageCloud(DashboardSession session, CloudConnections connections) : IImageCloud
{
    public Viewer Viewer => new(session.User.Id, session.User.Name, session.Project.Id, session.Project.Name, session.IsAdministrator, session.MayChange);

    public IGlanceApi Glance => session.Glance;

    public INovaApi Nova => session.Nova;

    public async Task<People> GetPeopleAsync(CancellationToken cancellationToken)
    {
        var own = new People(new Dictionary<string, string> { [session.User.Id] = session.User.Name }, new Dictionary<string, string> { [session.Project.Id] = session.Project.Name });
        if (!session.IsAdministrator)
        {
            return own;
        }

        try
        {
            var token = session.OpenStack.Token;
            var users = connections.Keystone.Api.ListUsersAsync(token, cancellationToken);
            var projects = connections.Keystone.Api.ListProjectsAsync(token, cancellationToken);
            return new People((await users).Users.ToDictionary(u => u.Id, u => u.Name), (await projects).Projects.ToDictionary(p => p.Id, p => p.Name));
        }
        catch (OpenStackException)
        {
            // Names are a courtesy: without them the ids stand there, and the lists still load.
            return own;
        }
    }
}
