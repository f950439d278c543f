using System.Text.Json.Nodes;
using Cloud.Nova.Versions;

namespace Cloud.Nova.Keypairs;

/// <summary>A keypair as the compute API shows it; its type since 2.2.</summary>
internal static class KeypairView
{
    /// <summary>An item of the list.</summary>
    public static JsonObject Brief(KeypairRow key, Microversion version)
    {
        var json = new JsonObject { ["name"] = key.Name, ["public_key"] = key.PublicKey, ["fingerprint"] = key.Fingerprint };
        if (version.AtLeast(2, 2))
        {
            json["type"] = "ssh";
        }

        return json;
    }

    /// <param name="privateKey">Only in the answer that made it.</param>
    public static JsonObject Created(KeypairRow key, string? privateKey, Microversion version)
    {
        var json = Brief(key, version);
        json["user_id"] = key.UserId;
        if (privateKey is not null)
        {
            json["private_key"] = privateKey;
        }

        return json;
    }

    public static JsonObject Full(KeypairRow key, Microversion version)
    {
        var json = Brief(key, version);
        json["user_id"] = key.UserId;
        json["id"] = key.Number;
        json["created_at"] = NovaTime.WithFraction(key.CreatedAt);
        json["updated_at"] = null;
        json["deleted"] = false;
        json["deleted_at"] = null;
        return json;
    }
}
