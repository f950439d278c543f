using System.Globalization;

namespace Cloud.Nova.Versions;

/// <summary>One state of the compute API, for example 2.47. Each changes what it says it changes, and keeps the rest.</summary>
internal readonly record struct Microversion(int Major, int Minor) : IComparable<Microversion>
{
    public static readonly Microversion Minimum = new(2, 1);
    public static readonly Microversion Maximum = new(2, 93);

    public bool AtLeast(int major, int minor) => CompareTo(new Microversion(major, minor)) >= 0;

    public int CompareTo(Microversion other) => Major == other.Major ? Minor.CompareTo(other.Minor) : Major.CompareTo(other.Major);

    /// <summary>Reads <c>2.47</c>: no sign, no space, no leading zero.</summary>
    public static bool TryParse(string text, out Microversion version)
    {
        version = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1 || !Number(text[..dot], out var major) || major == 0 || !Number(text[(dot + 1)..], out var minor))
        {
            return false;
        }

        version = new Microversion(major, minor);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool Number(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text[0] != '0');
}
