namespace Dashboard.Files;

/// <summary>What chmod sets, as <c>ls</c> writes it.</summary>
internal static class FileModes
{
    /// <param name="mode">The twelve lowest bits.</param>
    /// <returns>Nine letters, for example <c>rwxr-xr-x</c> or <c>rwsr-xr-t</c>.</returns>
    public static string Words(int mode) => string.Create(9, mode, static (text, mode) =>
    {
        for (var i = 0; i < 9; i++)
        {
            text[i] = (mode >> (8 - i) & 1) == 1 ? "rwx"[i % 3] : '-';
        }

        // The bits that run a program as its owner or group, and that keep others from deleting, stand where "x" does.
        for (var (i, bit) = (2, 11); i < 9; (i, bit) = (i + 3, bit - 1))
        {
            if ((mode >> bit & 1) == 1)
            {
                text[i] = (bit, text[i]) switch { (9, 'x') => 't', (9, _) => 'T', (_, 'x') => 's', _ => 'S' };
            }
        }
    });
}
