using Refit;

namespace OpenStack.Glance;

/// <summary>Glance v2, client side; paths below the catalog's address. The token is a default header of the HttpClient.</summary>
public interface IGlanceApi
{
    /// <param name="containerFormat">For example <c>docker</c>; null lists all.</param>
    /// <param name="marker">The id of the last image of the page before.</param>
    [Get("/v2/images")]
    Task<ImageList> ListImagesAsync([AliasAs("container_format")] string? containerFormat, string? marker, int? limit, CancellationToken cancellationToken);

    [Get("/v2/images/{id}")]
    Task<Image> GetImageAsync(string id, CancellationToken cancellationToken);

    [Post("/v2/images")]
    Task<Image> CreateImageAsync([Body] CreateImage request, CancellationToken cancellationToken);

    [Patch("/v2/images/{id}")]
    [Headers("Content-Type: application/openstack-images-v2.1-json-patch")]
    Task<Image> UpdateImageAsync(string id, [Body] ImagePatch[] patch, CancellationToken cancellationToken);

    [Delete("/v2/images/{id}")]
    Task DeleteImageAsync(string id, CancellationToken cancellationToken);

    [Put("/v2/images/{id}/file")]
    [Headers("Content-Type: application/octet-stream")]
    Task UploadAsync(string id, [Body] Stream data, CancellationToken cancellationToken);

    /// <summary>The image's bytes; read the content as a stream.</summary>
    [Get("/v2/images/{id}/file")]
    Task<HttpResponseMessage> DownloadAsync(string id, CancellationToken cancellationToken);
}
