using System.Globalization;
using System.Text.Json;
using Cloud.Http;

namespace Cloud.Glance.Images;

/// <summary>Sets what a caller may set on an image, by name; the same rules hold for create and for update.</summary>
internal static class ImageAttributes
{
    private const int MaximumNames = 128;
    private const int MaximumName = 255;
    private const int MaximumValue = 65535;

    private static readonly HashSet<string> Fixed =
        ["id", "name", "visibility", "owner", "container_format", "disk_format", "min_ram", "min_disk", "protected", "os_hidden", "tags"];

    private static readonly HashSet<string> ReadOnly =
    [
        "status", "size", "virtual_size", "checksum", "os_hash_algo", "os_hash_value", "created_at", "updated_at", "self", "file", "schema", "direct_url", "stores",
    ];

    private static readonly HashSet<string> Reserved = ["locations", "location", "deleted", "deleted_at", "is_public"];

    public static bool IsFixed(string name) => Fixed.Contains(name);

    /// <summary>Refuses what no caller may write.</summary>
    public static void RequireWritable(string name)
    {
        if (ReadOnly.Contains(name))
        {
            throw CloudFailure.Forbidden($"Attribute '{name}' is read-only.");
        }

        if (Reserved.Contains(name))
        {
            throw CloudFailure.Forbidden($"Attribute '{name}' is reserved.");
        }
    }

    public static void Set(ImageRow image, Caller caller, string name, JsonElement value)
    {
        RequireWritable(name);
        switch (name)
        {
            case "name":
                image.Name = OptionalText(name, value);
                break;
            case "visibility":
                SetVisibility(image, caller, OneOf(name, value, ImageStates.Visibilities) ?? throw Wrong(name, "it must not be null"));
                break;
            case "owner":
                SetOwner(image, caller, OptionalText(name, value));
                break;
            case "container_format":
                RequireQueued(image, name, image.ContainerFormat, value);
                image.ContainerFormat = OneOf(name, value, ImageStates.ContainerFormats);
                break;
            case "disk_format":
                RequireQueued(image, name, image.DiskFormat, value);
                image.DiskFormat = OneOf(name, value, ImageStates.DiskFormats);
                break;
            case "min_ram":
                image.MinRam = Number(name, value);
                break;
            case "min_disk":
                image.MinDisk = Number(name, value);
                break;
            case "protected":
                image.Protected = Flag(name, value);
                break;
            case "os_hidden":
                image.Hidden = Flag(name, value);
                break;
            case "tags":
                SetTags(image, value);
                break;
            case "id":
                throw CloudFailure.Forbidden("Attribute 'id' is read-only.");
            default:
                SetProperty(image, caller, name, value);
                break;
        }
    }

    public static void RemoveProperty(ImageRow image, Caller caller, string name)
    {
        if (IsFixed(name))
        {
            throw CloudFailure.Forbidden($"Property {name} may not be removed.");
        }

        ApprovalRules.RequireMayWrite(caller, name);
        var property = image.Properties.Find(p => p.Name == name) ?? throw CloudFailure.Conflict($"Property {name} does not exist.");
        image.Properties.Remove(property);
    }

    public static void RequireTag(string tag)
    {
        if (tag.Length is 0 or > MaximumName)
        {
            throw Wrong("tags", $"a tag has 1 to {MaximumName} characters");
        }
    }

    public static void AddTag(ImageRow image, string tag)
    {
        RequireTag(tag);
        if (image.Tags.Exists(t => t.Tag == tag))
        {
            return;
        }

        RequireRoom(image.Tags.Count + 1, "tags");
        image.Tags.Add(new ImageTagRow { ImageId = image.Id, Tag = tag });
    }

    private static void SetProperty(ImageRow image, Caller caller, string name, JsonElement value)
    {
        ApprovalRules.RequireMayWrite(caller, name);
        if (name.Length is 0 or > MaximumName)
        {
            throw Wrong(name, $"a property's name has 1 to {MaximumName} characters");
        }

        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: <= MaximumValue } text)
        {
            throw Wrong(name, $"a property's value is a string of at most {MaximumValue} characters");
        }

        if (image.Property(name) is null)
        {
            RequireRoom(image.Properties.Count + 1, "properties");
        }

        image.SetProperty(name, text);
    }

    private static void SetVisibility(ImageRow image, Caller caller, string visibility)
    {
        if (visibility == ImageStates.Public && image.Visibility != ImageStates.Public && !caller.IsAdmin)
        {
            throw CloudFailure.Forbidden("You are not authorized to complete publicize_image action: only an administrator may make an image public.");
        }

        image.Visibility = visibility;
    }

    private static void SetOwner(ImageRow image, Caller caller, string? owner)
    {
        if (owner != image.Owner && !caller.IsAdmin)
        {
            throw CloudFailure.Forbidden($"You are not permitted to give an image to the owner '{owner}': only an administrator may.");
        }

        image.Owner = owner;
    }

    private static void SetTags(ImageRow image, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(tag => tag.ValueKind != JsonValueKind.String))
        {
            throw Wrong("tags", "it must be a list of strings");
        }

        string[] tags = [.. value.EnumerateArray().Select(tag => tag.GetString()!).Distinct()];
        image.Tags.RemoveAll(t => !tags.Contains(t.Tag));
        foreach (var tag in tags)
        {
            AddTag(image, tag);
        }
    }

    private static void RequireQueued(ImageRow image, string name, string? current, JsonElement value)
    {
        var same = value.ValueKind == JsonValueKind.String && value.GetString() == current;
        if (image.Status != ImageStates.Queued && !same)
        {
            throw CloudFailure.Forbidden($"Attribute {name} can be only replaced for a queued image.");
        }
    }

    private static void RequireRoom(int count, string what)
    {
        if (count > MaximumNames)
        {
            throw new CloudFailure(FailureKind.TooLarge, $"The limit has been exceeded on the number of allowed image {what}. Attempted: {count}, Maximum: {MaximumNames}");
        }
    }

    private static string? OptionalText(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when value.GetString()!.Length <= MaximumName => value.GetString(),
        _ => throw Wrong(name, $"it must be a string of at most {MaximumName} characters"),
    };

    private static string? OneOf(string name, JsonElement value, string[] allowed)
    {
        var text = OptionalText(name, value);
        return text is null || allowed.Contains(text) ? text : throw Wrong(name, $"'{text}' is not one of {string.Join(", ", allowed)}");
    }

    private static int Number(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"it must be a whole number from 0 to {int.MaxValue}"));

    private static bool Flag(string name, JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "it must be true or false");

    private static CloudFailure Wrong(string name, string why) => CloudFailure.Invalid($"Provided object does not match schema 'image': {why}: {name}");
}
