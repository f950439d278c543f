using System.Globalization;
using System.Text.Json.Nodes;

namespace Cloud.Glance.Images;

/// <summary>An image as Glance v2 shows it: custom properties beside the fixed ones.</summary>
internal static class ImageView
{
    public static JsonObject Of(ImageRow image)
    {
        var view = new JsonObject();
        foreach (var property in image.Properties.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            view[property.Name] = property.Value;
        }

        view["id"] = image.Id;
        view["name"] = image.Name;
        view["status"] = image.Status;
        view["visibility"] = image.Visibility;
        view["owner"] = image.Owner;
        view["container_format"] = image.ContainerFormat;
        view["disk_format"] = image.DiskFormat;
        view["size"] = image.Size;
        view["virtual_size"] = null;
        view["checksum"] = image.Md5;
        view["os_hash_algo"] = image.Sha512 is null ? null : "sha512";
        view["os_hash_value"] = image.Sha512;
        view["min_ram"] = image.MinRam;
        view["min_disk"] = image.MinDisk;
        view["protected"] = image.Protected;
        view["os_hidden"] = image.Hidden;
        view["tags"] = new JsonArray([.. image.Tags.Select(t => t.Tag).Order(StringComparer.Ordinal).Select(tag => (JsonNode?)tag)]);
        view["created_at"] = Time(image.CreatedAt);
        view["updated_at"] = Time(image.UpdatedAt);
        view["self"] = $"/v2/images/{image.Id}";
        view["file"] = $"/v2/images/{image.Id}/file";
        view["schema"] = "/v2/schemas/image";
        return view;
    }

    public static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
