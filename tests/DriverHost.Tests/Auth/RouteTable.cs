namespace DriverHost.Tests.Auth;

/// <summary>Who may use a route.</summary>
internal enum Door
{
    /// <summary>Everybody, without a token.</summary>
    Open,
    /// <summary>Whoever has a token; what it shows depends on the project.</summary>
    Own,
    /// <summary>Whoever has a token of the instance's project, or of the cloud's own users.</summary>
    Project,
    /// <summary>Whoever has the role terminal on the instance's project, and admin.</summary>
    Terminal,
    /// <summary>The same, but not with the role reader alone.</summary>
    Members,
    /// <summary>Whoever sees the image in Glance.</summary>
    Image,
    /// <summary>The roles admin and service.</summary>
    Operators,
    /// <summary>A dashboard through the outer door, whoever's token it bears.</summary>
    Outer,
}

/// <summary>Every route of the driver host with its door. A route that is not here fails the tests.</summary>
internal static class RouteTable
{
    public static readonly IReadOnlyDictionary<string, Door> All = new Dictionary<string, Door>
    {
        ["GET /healthz/live"] = Door.Open,
        ["GET /healthz/ready"] = Door.Open,
        ["GET /v1/instances"] = Door.Own,
        ["GET /v1/events"] = Door.Own,
        ["GET /v1/instances/{id}"] = Door.Project,
        ["GET /v1/instances/{id}/logs"] = Door.Project,
        ["GET /v1/instances/{id}/logs/window"] = Door.Project,
        ["GET /v1/instances/{id}/logs/search"] = Door.Project,
        ["GET /v1/records"] = Door.Own,
        ["GET /v1/records/{id}"] = Door.Project,
        ["GET /v1/instances/{id}/audit"] = Door.Project,
        ["GET /v1/instances/{id}/stats"] = Door.Project,
        ["GET /v1/instances/{id}/stats/history"] = Door.Project,
        ["GET /v1/instances/{id}/processes"] = Door.Project,
        ["GET /v1/instances/{id}/terminals"] = Door.Terminal,
        ["POST /v1/instances/{id}/terminals"] = Door.Terminal,
        ["GET /v1/instances/{id}/terminals/{session}"] = Door.Terminal,
        ["DELETE /v1/instances/{id}/terminals/{session}"] = Door.Terminal,
        ["GET /v1/instances/{id}/recordings"] = Door.Project,
        ["GET /v1/instances/{id}/recordings/{session}"] = Door.Project,
        ["GET /v1/instances/{id}/alerts"] = Door.Project,
        ["POST /v1/instances/{id}/alerts"] = Door.Members,
        ["DELETE /v1/instances/{id}/alerts/{rule}"] = Door.Members,
        ["GET /v1/instances/{id}/alerts/preview"] = Door.Project,
        ["GET /v1/instances/{id}/alerts/firings"] = Door.Project,
        ["GET /v1/instances/{id}/changes"] = Door.Project,
        ["GET /v1/instances/{id}/files"] = Door.Project,
        ["GET /v1/instances/{id}/files/stat"] = Door.Project,
        ["GET /v1/instances/{id}/files/list"] = Door.Project,
        ["PUT /v1/instances/{id}/files"] = Door.Members,
        ["GET /v1/images/{imageId}/evidence"] = Door.Image,
        ["POST /v1/images/{imageId}/cache"] = Door.Operators,
        ["GET /v1/host"] = Door.Operators,
        ["POST /v1/enrolment"] = Door.Outer,
        ["POST /v1/enrolment/certificate"] = Door.Outer,
        ["POST /v1/certificate/request"] = Door.Outer,
        ["POST /v1/certificate"] = Door.Outer,
        ["PUT /v1/instances/{id}"] = Door.Operators,
        ["DELETE /v1/instances/{id}"] = Door.Operators,
        ["PUT /v1/instances/{id}/ports/{port}"] = Door.Operators,
        ["DELETE /v1/instances/{id}/ports/{port}"] = Door.Operators,
        ["POST /v1/instances/{id}/start"] = Door.Operators,
        ["POST /v1/instances/{id}/stop"] = Door.Operators,
        ["POST /v1/instances/{id}/reboot"] = Door.Operators,
        ["POST /v1/instances/{id}/pause"] = Door.Operators,
        ["POST /v1/instances/{id}/unpause"] = Door.Operators,
        ["POST /v1/instances/{id}/snapshot"] = Door.Operators,
    };
}
