using Microsoft.Data.Sqlite;

namespace EndToEnd.Product;

/// <summary>The embedded cloud's own books, for what no API shows or does.</summary>
internal static class CloudBooks
{
    /// <summary>As if the time for changing the password had passed.</summary>
    public static async Task ExpirePasswordAsync(string dataPath, string userId)
    {
        await using var command = await CommandAsync(dataPath, "UPDATE users SET PasswordExpiresAt = '2020-01-01 00:00:00' WHERE Id = $id");
        command.Parameters.AddWithValue("$id", userId);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
        await command.Connection!.DisposeAsync();
    }

    /// <summary>SHA-256 of every token that Keystone has issued and that has not ended.</summary>
    public static async Task<IReadOnlySet<string>> TokenHashesAsync(string dataPath)
    {
        await using var command = await CommandAsync(dataPath, "SELECT Hash FROM tokens");
        var hashes = new HashSet<string>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                hashes.Add(reader.GetString(0));
            }
        }

        await command.Connection!.DisposeAsync();
        return hashes;
    }

    private static async Task<SqliteCommand> CommandAsync(string dataPath, string text)
    {
        var db = new SqliteConnection($"Data Source={Path.Combine(dataPath, "cloud.db")};Pooling=False");
        await db.OpenAsync();
        var command = db.CreateCommand();
        command.CommandText = text;
        return command;
    }
}
