using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenStack.Glance;

namespace DriverHost.Tests.StandIns;

/// <summary>Keeps image records in memory and their bytes in a folder, and obeys the rules of approval as the embedded Glance does.</summary>
internal sealed class GlanceStandIn(string folder)
{
    private readonly ConcurrentDictionary<string, ImageStandIn> _images = new();

    public ImageStandIn this[string id] => _images[id];

    /// <summary>An image without bytes, as one that is to take a snapshot.</summary>
    public ImageStandIn AddQueued(string owner, string? format = "docker") => Add(new ImageStandIn { Id = Guid.NewGuid().ToString(), Owner = owner, Visibility = "private", ContainerFormat = format });

    /// <summary>An active image with these bytes, approved unless said otherwise.</summary>
    public ImageStandIn Add(byte[] archive, string? approval = Approval.Approved, string name = "image", string owner = "images", string visibility = "public", string format = "docker")
    {
        var image = Add(new ImageStandIn { Id = Guid.NewGuid().ToString(), Name = name, Owner = owner, Visibility = visibility, ContainerFormat = format });
        Directory.CreateDirectory(folder);
        image.File = Path.Combine(folder, image.Id);
        File.WriteAllBytes(image.File, archive);
        image.Size = archive.Length;
        image.Sha512 = Convert.ToHexStringLower(SHA512.HashData(archive));
        image.Status = "active";
        if (approval is not null)
        {
            image.Approve(approval);
        }

        return image;
    }

    public void Remove(string id) => _images.TryRemove(id, out _);

    public void Map(IEndpointRouteBuilder app, KeystoneStandIn keystone)
    {
        var images = app.MapGroup("/image/v2/images/{id}").AddEndpointFilter(async (context, next) =>
        {
            var bearer = keystone.Find(context.HttpContext.Request.Headers["X-Auth-Token"]);
            var id = (string)context.HttpContext.Request.RouteValues["id"]!;
            return bearer is null ? Results.StatusCode(StatusCodes.Status401Unauthorized)
                : !_images.TryGetValue(id, out var image) || !(bearer.SeesAll || image.Visibility == "public" || image.Owner == bearer.ProjectId) ? Results.NotFound()
                : context.HttpContext.Request.Method is "PATCH" or "PUT" && !bearer.SeesAll ? Results.StatusCode(StatusCodes.Status403Forbidden)
                : await next(context);
        });
        images.MapGet("", (string id) => Results.Json(_images[id].View()));
        images.MapPatch("", PatchAsync);
        images.MapPut("/file", UploadAsync);
        images.MapGet("/file", DownloadAsync);
    }

    private ImageStandIn Add(ImageStandIn image) => _images[image.Id] = image;

    private async Task<IResult> PatchAsync(string id, HttpContext context)
    {
        var image = _images[id];
        var changes = (JsonArray)(await JsonNode.ParseAsync(context.Request.Body))!;
        await (image.BeforePatch?.Invoke(changes) ?? Task.CompletedTask);
        foreach (var change in changes)
        {
            image.Properties[change!["path"]!.GetValue<string>()[1..]] = change["value"]!.GetValue<string>();
        }

        return Results.Json(image.View());
    }

    private async Task<IResult> UploadAsync(string id, HttpContext context)
    {
        var image = _images[id];
        if (image.Status != "queued")
        {
            return Results.StatusCode(StatusCodes.Status409Conflict);
        }

        image.Status = "saving";
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, id);
        try
        {
            await (image.BeforeUpload?.Invoke() ?? Task.CompletedTask);
            using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            await using (var target = File.Create(file))
            {
                var buffer = new byte[128 * 1024];
                for (var read = await context.Request.Body.ReadAsync(buffer); read > 0; read = await context.Request.Body.ReadAsync(buffer))
                {
                    sha512.AppendData(buffer, 0, read);
                    await target.WriteAsync(buffer.AsMemory(0, read));
                }

                image.Size = target.Length;
            }

            image.File = file;
            image.Sha512 = Convert.ToHexStringLower(sha512.GetHashAndReset());
            if (image.Approval == Approval.Managed)
            {
                image.Properties[Approval.Sha512] = image.Sha512;
            }

            image.Status = "active";
            return Results.NoContent();
        }
        catch (Exception)
        {
            image.Status = "queued";
            File.Delete(file);
            throw;
        }
    }

    private async Task<IResult> DownloadAsync(string id)
    {
        var image = _images[id];
        image.Downloads++;
        await (image.BeforeDownload?.Invoke() ?? Task.CompletedTask);
        return Results.File(File.OpenRead(image.File!), "application/octet-stream");
    }
}
