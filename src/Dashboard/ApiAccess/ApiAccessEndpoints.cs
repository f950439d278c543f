using System.Text;

namespace Dashboard.ApiAccess;

/// <summary>The files to download. They hold no secret.</summary>
internal static class ApiAccessEndpoints
{
    public static void AddApiAccess(this IServiceCollection services) => services.AddScoped<IApiAccess, SessionApiAccess>();

    public static void MapApiAccess(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api-access/openrc", GetOpenRc);
        app.MapGet("/api-access/clouds.yaml", GetCloudsYaml);
    }

    private static IResult GetOpenRc(IApiAccess access, HttpContext context) => File(context, OpenRc.Write(access.Facts), "text/x-shellscript", access.Facts.OpenRcName);

    private static IResult GetCloudsYaml(IApiAccess access, HttpContext context) => File(context, CloudsYaml.Write(access.Facts), "application/yaml", "clouds.yaml");

    private static IResult File(HttpContext context, string text, string type, string name)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.File(Encoding.UTF8.GetBytes(text), type, name);
    }
}
