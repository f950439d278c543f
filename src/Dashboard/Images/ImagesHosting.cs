using Dashboard.Approvals;

namespace Dashboard.Images;

/// <summary>The services and endpoints behind the image and approval pages.</summary>
internal static class ImagesHosting
{
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<IImageCloud, SessionImageCloud>();
        services.AddScoped<IImageEvidence, HostImageEvidence>();
        services.AddScoped<IApprovalDecisions, ApprovalDecisions>();
        services.AddSingleton<OwnApproval>();
        services.AddSingleton<IDecisionHistory, DecisionHistory>();
    }

    public static void Map(IEndpointRouteBuilder app) => UploadEndpoint.Map(app);
}
