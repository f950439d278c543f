using System.Net;
using System.Text.Json;
using OpenStack.Errors;
using OpenStack.Glance;

namespace Dashboard.Tests.Images;

/// <summary>Glance in memory: keeps records and applies patches, and fails when a test asks for it.</summary>
internal sealed class TestGlance : IGlanceApi
{
    public Dictionary<string, Image> Images { get; } = [];
    public List<string?> AskedFormats { get; } = [];
    public Exception? Failure { get; set; }
    /// <summary>Reads wait for it.</summary>
    public Task Held { get; set; } = Task.CompletedTask;
    /// <summary>Lists that go on after a marker wait for it.</summary>
    public Task OthersHeld { get; set; } = Task.CompletedTask;
    public CancellationToken LastCancellationToken { get; private set; }
    public int PageSize { get; set; } = int.MaxValue;
    public byte[]? Received { get; private set; }
    public long? DeclaredLength { get; private set; }

    public TestGlance With(params Image[] images)
    {
        foreach (var image in images)
        {
            Images[image.Id] = image;
        }

        return this;
    }

    public async Task<ImageList> ListImagesAsync(string? containerFormat, string? marker, int? limit, CancellationToken cancellationToken)
    {
        LastCancellationToken = cancellationToken;
        await (marker is null ? Held : OthersHeld).WaitAsync(cancellationToken);
        Throw();
        AskedFormats.Add(containerFormat);
        var all = Images.Values.Where(i => containerFormat is null || i.ContainerFormat == containerFormat).ToList();
        var most = Math.Min(PageSize, limit ?? int.MaxValue);
        var page = all.Skip(marker is null ? 0 : all.FindIndex(i => i.Id == marker) + 1).Take(most).ToList();
        return new ImageList(page, page.Count == most ? "/v2/images?marker=" + page[^1].Id : null);
    }

    public async Task<Image> GetImageAsync(string id, CancellationToken cancellationToken)
    {
        LastCancellationToken = cancellationToken;
        await Held.WaitAsync(cancellationToken);
        return Images.TryGetValue(id, out var image) ? image : throw Refusal(HttpStatusCode.NotFound, "No image found.");
    }

    public Task<Image> CreateImageAsync(CreateImage request, CancellationToken cancellationToken)
    {
        Throw();
        var image = TestImages.Docker(request.Name, id: "22222222-2222-2222-2222-222222222222", status: "queued") with { Properties = request.Properties ?? new Dictionary<string, JsonElement>(), OsHashValue = null, Size = null };
        return Task.FromResult(Images[image.Id] = image);
    }

    public Task<Image> UpdateImageAsync(string id, ImagePatch[] patch, CancellationToken cancellationToken)
    {
        Throw();
        var properties = new Dictionary<string, JsonElement>(Images[id].Properties);
        foreach (var change in patch)
        {
            var name = change.Path.TrimStart('/');
            if (change.Op != "add" && !properties.ContainsKey(name))
            {
                throw Refusal(HttpStatusCode.Conflict, $"Property {name} does not exist.");
            }

            if (change.Op == "remove")
            {
                properties.Remove(name);
            }
            else
            {
                properties[name] = JsonSerializer.SerializeToElement(change.Value);
            }
        }

        return Task.FromResult(Images[id] = Images[id] with { Properties = properties });
    }

    public Task DeleteImageAsync(string id, CancellationToken cancellationToken) => Images.Remove(id) ? Task.CompletedTask : throw Refusal(HttpStatusCode.NotFound, "No image found.");

    public async Task UploadAsync(string id, Stream data, CancellationToken cancellationToken)
    {
        DeclaredLength = data.Length;
        using var content = new MemoryStream();
        await data.CopyToAsync(content, cancellationToken);
        Throw();
        Received = content.ToArray();
        Images[id] = Images[id] with { Status = "active" };
    }

    public Task<HttpResponseMessage> DownloadAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public static OpenStackException Refusal(HttpStatusCode status, string words) => new("image", HttpMethod.Get, null, status, words, "req-1");

    private void Throw()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
